using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Torch;

/// <summary>The operations that compute in managed code on the CPU, against torch's own in double precision, which take the other path.</summary>
[Collection(TorchTests.Name)]
public sealed class ManagedKernelTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 1, 2, 2, 1)]
    [InlineData(ScalarType.Float32, 3, 8, 6, 5)]
    [InlineData(ScalarType.Float32, 5, 6, 10, 32)]
    [InlineData(ScalarType.BFloat16, 1, 2, 2, 1)]
    [InlineData(ScalarType.BFloat16, 3, 8, 6, 5)]
    [InlineData(ScalarType.BFloat16, 5, 6, 10, 32)]
    public void ReluMaxBlur_AnyShape_EqualsTorchsOwnWithGradients(ScalarType type, int batch, int height, int width, int channels)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        Tensor values = ((randn(batch, channels, height, width) * 2).round() / 2).to_type(type); // many equal ones, of which the first must win
        Tensor outputGradient = randn(batch, channels, height / 2, width / 2).to_type(type);
        (Tensor expected, Tensor expectedGradient) = Differentiate(
            new ReluMaxBlurPool(), values.to_type(ScalarType.Float64), outputGradient.to_type(ScalarType.Float64));
        (Tensor actual, Tensor gradient) = Differentiate(new ReluMaxBlurPool(), values, outputGradient);
        Assert.Equal((type, type), (actual.dtype, gradient.dtype));
        AssertClose(expected, actual, type);
        AssertClose(expectedGradient, gradient, type);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 3, 8, 3)]
    [InlineData(ScalarType.Float32, 64, 2, 3)]
    [InlineData(ScalarType.BFloat16, 3, 8, 3)]
    [InlineData(ScalarType.BFloat16, 17, 2, 3)]
    public void GatherWindows_AnyMap_EqualsTheLookUpWithGradients(ScalarType type, int channels, int outputsPerPatch, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(2);
        int side = 4 * 2 * outputsPerPatch;
        Tensor keep = bernoulli(full(3, 4, 4, 0.5));
        keep[0] = 1; // corners too
        keep[1] = 0; // and an image without any
        var visible = new VisiblePatches(keep);
        Tensor values = randn(3, side, side, channels).to_type(type);
        Tensor Gather(Tensor map) => visible.GatherWindows(map, outputsPerPatch, 7, padding);
        Tensor outputGradient = randn((long)keep.sum().item<float>() * outputsPerPatch * outputsPerPatch, 49 * channels).to_type(type);
        (Tensor expected, Tensor expectedGradient) = Differentiate(
            Gather, values.to_type(ScalarType.Float64), outputGradient.to_type(ScalarType.Float64));
        (Tensor actual, Tensor gradient) = Differentiate(Gather, values, outputGradient);
        Assert.Equal(0, Closeness.Largest(expected, actual.to_type(ScalarType.Float64)));
        AssertClose(expectedGradient, gradient, type);
    }

    [Fact]
    public void ReluMaxBlur_StridesOfEitherOrder_MeanTheSame()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = randn(2, 16, 8, 8);
        Tensor channelsLast = values.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Assert.Equal(0, Closeness.Largest(new ReluMaxBlurPool().call(values), new ReluMaxBlurPool().call(channelsLast)));
    }

    [Fact]
    public void ReluMaxBlur_NotANumber_IsNotLost()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            Tensor values = zeros([1, 16, 4, 4], type);
            values[0, 3, 1, 1] = float.NaN;
            Assert.True(new ReluMaxBlurPool().call(values).to_type(ScalarType.Float32).isnan().any().item<bool>());
        }
    }

    [Fact]
    public void ReluMaxBlurAndGather_AnyNumberOfThreads_GiveTheSameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        float[] input = randn(7 * 8 * 8 * 16).data<float>().ToArray();
        float[] outputGradient = randn(7 * 4 * 4 * 16).data<float>().ToArray();
        long[] positions = [0, 0, 0, 0, 1, 1, 2, 0, 1, 6, 1, 0];
        var shape = new WindowShape(8, 8, 16, 2, 7, 3);
        float[] windows = randn(16 * 49 * 16).data<float>().ToArray();
        float[][] results = [.. new[] { 1, 2, 5 }.Select(threads =>
        {
            float[] pooled = new float[input.Length];
            new ReluMaxBlurKernels(7, 8, 8, 16, threads).Backward<float>(input, outputGradient, pooled);
            float[] folded = new float[input.Length];
            new WindowKernels(positions, 7, shape, threads).Fold<float>(windows, folded);
            return (float[])[.. pooled, .. folded];
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void Handle_TypeAndSize_AreWhatManagedCodeCanSee()
    {
        using DisposeScope scope = NewDisposeScope();
        const long Most = int.MaxValue / 4;
        Assert.True(ManagedKernels.Handle(zeros(1), Most));
        Assert.True(ManagedKernels.Handle(zeros([1], ScalarType.BFloat16), Most));
        Assert.False(ManagedKernels.Handle(zeros(1), Most + 1));
        Assert.False(ManagedKernels.Handle(zeros([1], ScalarType.BFloat16), Most + 1));
        Assert.False(ManagedKernels.Handle(zeros([1], ScalarType.Float64), 1));
    }

    [Fact]
    public void Kernels_WrongSizes_AreRefused()
    {
        var pool = new ReluMaxBlurKernels(1, 4, 4, 2, 1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => pool.Forward<float>(new float[32], new float[4]));
        Assert.Contains("a quarter", error.Message, StringComparison.Ordinal);
        var kernels = new WindowKernels([0, 0, 0], 1, new WindowShape(4, 4, 1, 2, 7, 3), 1);
        error = Assert.Throws<ArgumentException>(() => kernels.Gather<float>(new float[15], new float[196]));
        Assert.Contains("expected 16 and 196", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WorkingPrecision_AnyNumber_RoundsAsTorchDoes()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(4);
        float[] numbers = [0f, -0f, 1f, 1.00390625f, 1.01171875f, float.MaxValue, float.Epsilon];
        Tensor special = tensor((float[])[.. numbers, float.PositiveInfinity, float.NegativeInfinity, float.NaN]);
        float[] values = cat([special, randn(1001), randn(77).exp()]).data<float>().ToArray();
        ushort[] rounded = new ushort[values.Length];
        WorkingPrecision.Store<ushort>(values, rounded);
        Tensor expected = tensor(values).to_type(ScalarType.BFloat16);
        float[] back = new float[values.Length];
        WorkingPrecision.Load<ushort>(rounded, back);
        Assert.Equal(expected.to_type(ScalarType.Float32).data<float>().ToArray(), back);
        float[] sums = [.. values];
        WorkingPrecision.Add<ushort>(rounded, sums);
        Assert.Equal([.. values.Zip(back, (value, half) => value + half)], sums);
        Assert.Throws<NotSupportedException>(() => WorkingPrecision.Load<double>(new double[1], new float[1]));
        Assert.Throws<NotSupportedException>(() => WorkingPrecision.Store<double>(new float[1], new double[1]));
    }

    private static (Tensor Output, Tensor Gradient) Differentiate(nn.Module<Tensor, Tensor> module, Tensor values, Tensor outputGradient) =>
        Differentiate(module.call, values, outputGradient);

    private static (Tensor Output, Tensor Gradient) Differentiate(Func<Tensor, Tensor> function, Tensor values, Tensor outputGradient)
    {
        Tensor input = values.clone().requires_grad_();
        Tensor output = function(input);
        output.backward([outputGradient]);
        return (output.detach(), input.grad!);
    }

    /// <summary>To the last bits of the type.</summary>
    private static void AssertClose(Tensor expected, Tensor actual, ScalarType type) => Assert.InRange(
        Closeness.Largest(expected, actual.to_type(ScalarType.Float64)),
        0,
        (type == ScalarType.BFloat16 ? 0.005 : 1e-6) * expected.abs().max().item<double>());
}
