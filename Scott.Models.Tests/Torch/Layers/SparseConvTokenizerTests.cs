using Scott.Models.Benchmarks;
using Scott.Models.Foundation;
using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class SparseConvTokenizerTests
{
    private static readonly ScottArchitecture Architecture = Architectures.Tiny with { ImagePixels = 96 };

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.97)]
    [InlineData(1.0)]
    public void Forward_AnyHiddenRatio_EqualsTheMaskedDenseFormWithGradients(double hiddenRatio)
    {
        ScottModel model = ScottModel.Create(Architecture, seed: 2);
        using Backbone backbone = model.CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        Tensor images = randn(3, 3, 96, 96, requires_grad: true);
        Tensor sameImages = images.detach().clone().requires_grad_();
        Tensor keep = KeepMasks(3, hiddenRatio);
        Tensor outputGradient = randn(3, 36, 32);
        (Tensor firstKernel, Tensor secondKernel) = MaskedDenseTokenizer.Kernels(model.Weights);
        Tensor expected = MaskedDenseTokenizer.Forward(sameImages, keep, firstKernel, secondKernel);
        Tensor actual = backbone.Tokenizer.call(images, keep);
        AssertClose(expected, actual, 1e-5);
        (expected * outputGradient).sum().backward();
        (actual * outputGradient).sum().backward();
        var parameters = backbone.Tokenizer.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        AssertClose(firstKernel.grad!, parameters["tokenizer.0.weight"].grad!, 1e-4);
        AssertClose(secondKernel.grad!, parameters["tokenizer.3.weight"].grad!, 1e-4);
        AssertClose(sameImages.grad!, images.grad!, 1e-4);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Forward_HiddenPixelsChanged_ChangesNothing(double hiddenRatio)
    {
        using Backbone backbone = ScottModel.Create(Architecture, seed: 2).CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        Tensor keep = KeepMasks(2, hiddenRatio);
        Tensor visible = keep.view(2, 1, 6, 6).to_type(ScalarType.Float32).repeat_interleave(16, 2).repeat_interleave(16, 3);
        Tensor images = randn(2, 3, 96, 96);
        Tensor scribbled = (images * visible) + (randn(2, 3, 96, 96) * 100 * (1 - visible));
        Assert.Equal(0, Closeness.Largest(backbone.call(images, keep), backbone.call(scribbled, keep)));
        Assert.True(Closeness.Largest(backbone.call(images, null), backbone.call(scribbled, null)) > 0.01);
    }

    [Fact]
    public void Forward_AllVisible_EqualsDense()
    {
        using Backbone backbone = ScottModel.Create(Architecture, seed: 2).CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 3, 96, 96);
        Assert.InRange(Closeness.Largest(backbone.call(images, null), backbone.call(images, ones(2, 36))), 0, 1e-4);
    }

    [Theory]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Float32)]
    public void Forward_AnyMaskType_MeansTheSame(ScalarType type)
    {
        using Backbone backbone = ScottModel.Create(Architecture, seed: 2).CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 3, 96, 96);
        Tensor keep = KeepMasks(2, 0.5);
        Assert.Equal(0, Closeness.Largest(backbone.call(images, keep), backbone.call(images, keep.to_type(type))));
    }

    private static Tensor KeepMasks(int batch, double hiddenRatio)
    {
        var sampler = new KeepMaskSampler(KeepMaskKind.Blockwise, new PatchGrid(6, 6), hiddenRatio);
        var random = new DeterministicRandom(1, "keep");
        byte[] keep = [.. Enumerable.Range(0, batch).SelectMany(_ => sampler.Sample(random))];
        return tensor(keep).view(batch, -1);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double toleranceOfLargest) =>
        Assert.InRange(Closeness.Largest(expected, actual), 0, (toleranceOfLargest * expected.abs().max().item<float>()) + 1e-12);
}
