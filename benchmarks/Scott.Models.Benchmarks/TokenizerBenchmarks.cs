using BenchmarkDotNet.Attributes;
using Scott.Models.Foundation;
using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks;

/// <summary>
/// Forward and backward of the SCOTT tokenizer with a blockwise keep-mask, in the two forms that the package chooses from: all positions
/// computed and multiplied by the mask, or the visible patches alone. The first form as the reference computes it stands beside them.
/// </summary>
public class TokenizerBenchmarks
{
    private const int Batch = 16;
    private const long Seed = 47;

    private Backbone _backbone = null!;
    private Tensor _images = null!;
    private Tensor _keepMask = null!;
    private Tensor _firstKernel = null!;
    private Tensor _secondKernel = null!;

    [Params("scott-mini-112", "scott-12-16-224")]
    public string Model { get; set; } = string.Empty;

    [Params(0.6, 0.5, 0.4, 0.3, 0.2)]
    public double HiddenRatio { get; set; }

    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        ScottModel model = ScottModel.Create(Model, Seed);
        _backbone = model.CreateBackbone(TorchDevice.Cpu);
        ModuleWeights.Convert(_backbone, Type);
        using DisposeScope scope = NewDisposeScope();
        int side = model.Architecture.ImagePixels;
        _images = randn(Batch, 3, side, side).to_type(Type).DetachFromDisposeScope();
        var sampler = new KeepMaskSampler(KeepMaskKind.Blockwise, model.Architecture.Grid, HiddenRatio);
        var random = new DeterministicRandom((ulong)Seed, "benchmark");
        byte[] keep = [.. Enumerable.Range(0, Batch).SelectMany(_ => sampler.Sample(random))];
        _keepMask = tensor(keep).view(Batch, -1).DetachFromDisposeScope();
        (Tensor first, Tensor second) = MaskedDenseTokenizer.Kernels(model.Weights);
        _firstKernel = first.detach().to_type(Type).requires_grad_().DetachFromDisposeScope();
        _secondKernel = second.detach().to_type(Type).requires_grad_().DetachFromDisposeScope();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _backbone.Dispose();
        _images.Dispose();
        _keepMask.Dispose();
        _firstKernel.Dispose();
        _secondKernel.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void AllPositions() => Run(isGathered: false);

    [Benchmark]
    public void VisibleOnly() => Run(isGathered: true);

    [Benchmark]
    public void Reference()
    {
        using DisposeScope scope = NewDisposeScope();
        MaskedDenseTokenizer.Forward(_images, _keepMask, _firstKernel, _secondKernel).sum().backward();
        _firstKernel.grad!.zero_();
        _secondKernel.grad!.zero_();
    }

    private void Run(bool isGathered)
    {
        using DisposeScope scope = NewDisposeScope();
        ((SparseConvTokenizer)_backbone.Tokenizer).Forward(_images, _keepMask, isGathered).sum().backward();
        _backbone.zero_grad(set_to_none: false);
    }
}
