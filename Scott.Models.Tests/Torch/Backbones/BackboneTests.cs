using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class BackboneTests
{
    private static readonly ScottArchitecture Regularized =
        Architectures.Tiny with { Depth = 3, DropoutRate = 0.2, AttentionDropoutRate = 0.1, StochasticDepthRate = 0.2, RegisterTokens = 1 };

    public static TheoryData<bool> Tokenizers { get; } = [true, false];

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void Train_TwoHundredSteps_LeavesNoTensorBehind(bool isScott)
    {
        ScottArchitecture architecture = isScott ? Regularized : Architectures.TinyVit;
        using Backbone backbone = ScottModel.Create(architecture, seed: 1).CreateBackbone(TorchDevice.Cpu);
        using Predictor predictor = CreatePredictor(architecture);
        backbone.train();
        predictor.train();
        Step(backbone, predictor, 0);

        long before = LiveTensors.CountSettled();
        for (int step = 1; step <= 200; step++)
        {
            // Every tenth step the other way through: attention maps, intermediate blocks, recomputed activations.
            backbone.UsesActivationCheckpointing = step % 10 == 0;
            Step(backbone, predictor, step);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Forward_TrainingWithASeed_RepeatsItself()
    {
        using Backbone backbone = ScottModel.Create(Regularized, seed: 1).CreateBackbone(TorchDevice.Cpu);
        backbone.train();
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 3, 64, 64);
        Tensor Run(long seed)
        {
            manual_seed(seed);
            return backbone.call(images, null);
        }

        Tensor first = Run(3);
        Assert.Equal(0, Closeness.Largest(first, Run(3)));
        Assert.True(Closeness.Largest(first, Run(4)) > 1e-3);
    }

    [Fact]
    public void ActivationCheckpointing_WithDropout_GivesTheSameGradientsAndRandomState()
    {
        using Backbone backbone = ScottModel.Create(Regularized, seed: 1).CreateBackbone(TorchDevice.Cpu);
        backbone.train();
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(4, 3, 64, 64);
        Dictionary<string, Tensor> plain = Gradients(backbone, images, isCheckpointed: false, out float plainDraw);
        Dictionary<string, Tensor> checkpointed = Gradients(backbone, images, isCheckpointed: true, out float checkpointedDraw);
        Assert.Equal(plain.Keys, checkpointed.Keys);
        Assert.All(plain, entry => Assert.InRange(Closeness.Largest(entry.Value, checkpointed[entry.Key]), 0, 1e-6));
        Assert.Equal(plainDraw, checkpointedDraw);
    }

    [Fact]
    public void Create_Backbone_LeavesTorchsRandomStateAlone()
    {
        manual_seed(5);
        using Tensor expected = rand(4);
        manual_seed(5);
        using Backbone backbone = ScottModel.Create(Architectures.Tiny, seed: 1).CreateBackbone(TorchDevice.Cpu);
        using Tensor drawn = rand(4);
        Assert.Equal(0, Closeness.Largest(expected, drawn));
    }

    [Fact]
    public void Create_InsideADisposeScope_OutlivesIt()
    {
        Backbone backbone;
        using (NewDisposeScope())
            backbone = ScottModel.Create(Architectures.TinyVit, seed: 1).CreateBackbone(TorchDevice.Cpu);

        using (backbone)
        {
            using DisposeScope scope = NewDisposeScope();
            Assert.Equal([1, 16, 32], backbone.call(ones(1, 3, 64, 64), null).shape);
        }
    }

    [Fact]
    public async Task Forward_FourThreadsAtOnce_EachGetsItsOwnAnswer()
    {
        using Backbone backbone = ScottModel.Create(Architectures.Tiny, seed: 1).CreateBackbone(TorchDevice.Cpu);
        float[] Run(int thread)
        {
            // The setting is each thread's own, and sums over two threads differ in their last bits from those over one.
            set_num_threads(1);
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            Tensor keep = thread % 2 == 0 ? ones(1, 16) : (arange(16) < 5).unsqueeze(0);
            return Closeness.Values(backbone.call(full([1, 3, 64, 64], 0.1f * thread), keep));
        }

        float[][] alone = [.. Enumerable.Range(0, 4).Select(Run)];
        float[][] together = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Run(i % 4))));
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(alone[i % 4], together[i]));
    }

    [Fact]
    public void Forward_WrongShapes_NameActualAndExpected()
    {
        using Backbone backbone = ScottModel.Create(Architectures.Tiny, seed: 1).CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        Assert.StartsWith(
            "Images have shape [1, 3, 96, 96]; expected [B, 3, 64, 64]. For another size, use ScottModel.WithImageSize.",
            Assert.Throws<ArgumentException>(() => backbone.call(ones(1, 3, 96, 96), null)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The keep-mask has shape [2, 16]; expected [1, 16].",
            Assert.Throws<ArgumentException>(() => backbone.call(ones(1, 3, 64, 64), ones(2, 16))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Block 2 does not exist; expected 0 to 1.",
            Assert.Throws<ArgumentException>(
                () => backbone.ForwardWithDetails(ones(1, 3, 64, 64), null, new BackboneDetails { Blocks = new HashSet<int> { 2 } })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TensorDType.Float16, 2e-3)]
    [InlineData(TensorDType.BFloat16, 2e-2)]
    public void Create_HalfPrecisionWeights_AreWidened(TensorDType dtype, double tolerance)
    {
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 1);
        using DisposeScope scope = NewDisposeScope();
        var halved = new WeightSet(model.Weights.Select(weight => new WeightTensor(
            weight.Name,
            dtype,
            weight.Shape,
            tensor(weight.ToArray()).to_type(dtype == TensorDType.Float16 ? ScalarType.Float16 : ScalarType.BFloat16).bytes.ToArray())));
        using Backbone exact = model.CreateBackbone(TorchDevice.Cpu);
        using Backbone rounded = Backbone.Create(model.Architecture, halved, TorchDevice.Cpu);
        Assert.All(rounded.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Tensor images = randn(1, 3, 64, 64);
        Tensor expected = FeatureNorm.Apply(exact.call(images, null));
        Assert.InRange(Closeness.Largest(expected, FeatureNorm.Apply(rounded.call(images, null))), 1e-9, 20 * tolerance);
    }

    [Fact]
    public void Create_DeviceThatIsNotThere_ListsThoseThatAre()
    {
        Assert.DoesNotContain(TorchDevice.Cuda(63), TorchDevice.Available());
        DeviceNotAvailableException error = Assert.Throws<DeviceNotAvailableException>(
            () => ScottModel.Create(Architectures.Tiny, seed: 1).CreateBackbone(TorchDevice.Cuda(63)));
        Assert.Equal("cuda:63", error.Requested);
        Assert.Equal("cpu", error.Available[^1]);
        Assert.StartsWith("Device 'cuda:63' is not available here; available: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        Backbone backbone = ScottModel.Create(Architectures.Tiny, seed: 1).CreateBackbone();
        backbone.Dispose();
        backbone.Dispose();
    }

    private static Predictor CreatePredictor(ScottArchitecture architecture) => Predictor.Create(
        architecture,
        Predictor.DefaultDepth,
        WeightSpec.Initialize(BackboneLayout.Predictor(architecture, Predictor.DefaultDepth), seed: 2),
        TorchDevice.Cpu);

    private static void Step(Backbone backbone, Predictor predictor, int step)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 3, 64, 64);
        Tensor keep = (rand(2, 16) < 0.4).to_type(ScalarType.Float32);
        Tensor target;
        using (no_grad())
            target = FeatureNorm.Apply(backbone.call(images, null));

        LatentPredictionLoss.Compute(predictor.call(backbone.call(images, keep)), target, keep).backward();
        foreach (TorchSharp.Modules.Parameter parameter in backbone.parameters().Concat(predictor.parameters()))
            parameter.grad?.zero_();

        if (step % 10 == 5)
        {
            using BackboneOutput output = backbone.ForwardWithDetails(
                images, keep, new BackboneDetails { LastAttention = true, Blocks = new HashSet<int> { 0 } });
        }
    }

    private static Dictionary<string, Tensor> Gradients(Backbone backbone, Tensor images, bool isCheckpointed, out float nextDraw)
    {
        backbone.UsesActivationCheckpointing = isCheckpointed;
        manual_seed(9);
        backbone.call(images, null).pow(2).mean().backward();
        nextDraw = rand(1).item<float>();
        var gradients = backbone.named_parameters()
            .Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
        backbone.zero_grad();
        return gradients;
    }
}
