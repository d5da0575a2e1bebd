using Scott.Models.Foundation;
using Scott.Models.Tests.Torch;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Training;

/// <summary>What a step may learn beside the paper's loss: image-level terms, several blocks, masks and views, and other result weights.</summary>
[Collection(TorchTests.Name)]
public sealed class PretrainingObjectiveTests : IDisposable
{
    private static readonly ImageLevelWeights Weights = new() { Invariance = 0.2, Variance = 0.3, Covariance = 0.02, Deviation = 0.9 };
    private static readonly ScottArchitecture Steady = Architectures.Tiny;
    private readonly TemporaryFolder _folder = new();

    /// <summary>Everything at once.</summary>
    private static PretrainingOptions Everything => PretrainingRuns.Options with
    {
        MasksPerView = 2,
        ViewsPerImage = 2,
        TargetBlocks = 2,
        ImageLevel = Weights,
        Result = ResultEncoder.Average,
        AveragedRatio = 0.5,
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ImageLevelLoss_RandomVectors_FollowsItsFormulas()
    {
        TorchRuntime.EnsureLoaded();
        const int Images = 6, Width = 4;
        double[][] vectors = Draw(Images, Width, seed: 1), targets = Draw(Images, Width, seed: 2);
        double invariance = vectors.Zip(targets).SelectMany(rows => rows.First.Zip(rows.Second)).Average(pair => Square(pair.First - pair.Second));
        double Covariance(int first, int second)
        {
            (double meanOfFirst, double meanOfSecond) = (vectors.Average(row => row[first]), vectors.Average(row => row[second]));
            return vectors.Sum(row => (row[first] - meanOfFirst) * (row[second] - meanOfSecond)) / (Images - 1);
        }

        int[] all = [.. Enumerable.Range(0, Width)];
        double variance = all.Average(i => Math.Max(0, Weights.Deviation - Math.Sqrt(Covariance(i, i) + 1e-4)));
        double covariance = all.SelectMany(i => all.Where(j => j != i).Select(j => Square(Covariance(i, j)))).Sum() / Width;
        double expected = (Weights.Invariance * invariance) + (Weights.Variance * variance) + (Weights.Covariance * covariance);
        using DisposeScope scope = NewDisposeScope();
        double found = ImageLevelLoss.Compute(ToTensor(vectors), ToTensor(targets), Weights).item<float>();
        Assert.True(variance > 0);
        Assert.Equal(expected, found, 1e-5);
    }

    [Fact]
    public void Pool_Mask_AveragesNormalizedVisibleTokens()
    {
        TorchRuntime.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        Tensor tokens = randn(2, 4, 8);
        Tensor pooled = ImageLevelLoss.Pool(tokens, tensor(new byte[] { 1, 0, 1, 0, 0, 0, 0, 1 }).view(2, 4));
        Tensor normalized = FeatureNorm.Apply(tokens);
        AssertClose((normalized[0][0] + normalized[0][2]) / 2, pooled[0]);
        AssertClose(normalized[1][3], pooled[1]);
    }

    [Fact]
    public void Target_SeveralBlocks_IsTheirNormalizedMean()
    {
        using Backbone backbone = ScottModel.Create(Steady, seed: 3).CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        manual_seed(2);
        Tensor images = randn(2, 3, Steady.ImagePixels, Steady.ImagePixels);
        BackboneOutput output = backbone.ForwardWithDetails(images, null, new BackboneDetails { Blocks = new HashSet<int> { 0, 1 } });
        Tensor last = FeatureNorm.Apply(output.Tokens);
        PredictionTarget one = PredictionTarget.Compute(backbone, images, blocks: 1);
        PredictionTarget both = PredictionTarget.Compute(backbone, images, blocks: 2);
        AssertClose(last, one.Tokens);
        AssertClose(FeatureNorm.Apply((FeatureNorm.Apply(output.Blocks[0]) + last) / 2), both.Tokens);
        AssertClose(last.mean([1]), one.Images);
        AssertClose(last.mean([1]), both.Images);
    }

    [Fact]
    public void Accumulate_TwoMasks_GivesTheMeanOfTheirLosses()
    {
        using JepaStep step = CreateStep(new PretrainingOptions { PredictorDepth = 1 });
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        Tensor images = randn(3, 3, Steady.ImagePixels, Steady.ImagePixels);
        Tensor[] masks = [.. new[] { 5, 6 }.Select(seed => Masks(3, (ulong)seed))];
        double[] alone = [.. masks.Select(mask => step.Accumulate(images, images, mask))];
        GradientNorms expected = step.MeasureGradients();
        step.ClearGradients();
        double together = step.Accumulate(images, images, cat(masks, 0));
        Assert.Equal(alone.Average(), together, 1e-5);
        Assert.Equal(expected.Total / 2, step.MeasureGradients().Total, 1e-4 * expected.Total);
    }

    /// <summary>With two views the second half of the rows shows the images of the first half: each is compared with the other view.</summary>
    [Fact]
    public void Accumulate_TwoViews_ComparesEachWithTheOther()
    {
        var options = new PretrainingOptions { PredictorDepth = 1, ViewsPerImage = 2, ImageLevel = new() { Invariance = 1000 } };
        using JepaStep pairs = CreateStep(options);
        using JepaStep alone = CreateStep(options with { ImageLevel = new() });
        using DisposeScope scope = NewDisposeScope();
        manual_seed(4);
        Tensor first = randn(2, 3, Steady.ImagePixels, Steady.ImagePixels), second = randn(2, 3, Steady.ImagePixels, Steady.ImagePixels);
        Tensor all = cat([first, second], 0);
        Tensor masks = Masks(4, 8);
        double term = (pairs.Accumulate(all, all, masks) - alone.Accumulate(all, all, masks)) / 1000;
        PredictionTarget target = PredictionTarget.Compute(pairs.Target, cat([second, first], 0), blocks: 1);
        Tensor vectors = ImageLevelLoss.Pool(pairs.Context.call(all, masks), masks);
        Assert.Equal((vectors - target.Images).pow(2).mean().item<float>(), term, 1e-4);
    }

    [Fact]
    public void WeightAverage_OfSeveralSteps_IsTheirMeanAndSurvivesARestore()
    {
        Backbone[] steps = [.. new[] { 1, 2, 3 }.Select(seed => ScottModel.Create(Steady, seed).CreateBackbone(TorchDevice.Cpu))];
        var average = new WeightAverage(ScottModel.Create(Steady, seed: 9).CreateBackbone(TorchDevice.Cpu));
        var restored = new WeightAverage(ScottModel.Create(Steady, seed: 10).CreateBackbone(TorchDevice.Cpu));
        average.Add(steps[0]);
        average.Add(steps[1]);
        restored.Restore(average.Export());
        average.Add(steps[2]);
        restored.Add(steps[2]);
        Assert.Equal(3, restored.Count);
        Assert.Equal(PretrainingRuns.Checksum(average.Mean.ToWeightSet()), PretrainingRuns.Checksum(restored.Mean.ToWeightSet()));
        WeightSet[] sets = [.. steps.Select(step => step.ToWeightSet())];
        foreach (WeightTensor found in average.Mean.ToWeightSet())
        {
            float[][] each = [.. sets.Select(set => set[found.Name].ToArray())];
            Assert.All(found.ToArray().Index(), value => Assert.Equal(each.Average(values => values[value.Index]), value.Item, 1e-5f));
        }

        Array.ForEach(steps, step => step.Dispose());
        average.Mean.Dispose();
        restored.Mean.Dispose();
    }

    [Theory]
    [InlineData(ResultEncoder.Context)]
    [InlineData(ResultEncoder.Target)]
    [InlineData(ResultEncoder.Average)]
    public async Task Run_CanceledAndResumed_EndsInTheSameBits(ResultEncoder result)
    {
        PretrainingOptions options = Everything with { Result = result };
        PretrainingResult whole = await Build(options).RunAsync();
        using var stop = new CancellationTokenSource();
        PretrainingBuilder canceled = Build(options).WithCheckpoints(_folder.Path).OnStep(async (progress, _) =>
        {
            if (progress.Step == 8)
                await stop.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.RunAsync(cancellationToken: stop.Token));
        PretrainingResult resumed = await Build(options).WithCheckpoints(_folder.Path).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(resumed.Model.Weights));
    }

    [Fact]
    public async Task Run_EachResult_IsAnotherModelOfTheSameRun()
    {
        string[] checksums = [.. await Task.WhenAll(Enum.GetValues<ResultEncoder>().Select(async result =>
            PretrainingRuns.Checksum((await Build(Everything with { Result = result }).RunAsync()).Model.Weights)))];
        Assert.Equal(3, checksums.Distinct().Count());
    }

    [Fact]
    public void Steps_WithEverything_LeaveNoTensorBehind()
    {
        using JepaStep step = CreateStep(Everything);
        var plan = new TrainingPlan(Everything, stepsPerEpoch: 1);
        manual_seed(5);
        void Take()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor images = randn(4, 3, Steady.ImagePixels, Steady.ImagePixels);
            step.Accumulate(images, images, Masks(8, 1));
            step.Update(plan, maximumGradientNorm: 1);
        }

        Take();
        Take();
        Take();
        long before = LiveTensors.CountSettled();
        Take();
        Assert.Equal(before, Tensor.TotalCount);
        Assert.NotSame(step.Context, step.Result);
    }

    [Fact]
    public async Task Run_MoreBlocksThanTheModelHas_IsRefused()
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Build(PretrainingRuns.Options with { TargetBlocks = 3 }).RunAsync());
        Assert.Equal("TargetBlocks is 3; expected at most 2, the blocks of the model.", Assert.Single(error.Faults));
    }

    private static PretrainingBuilder Build(PretrainingOptions options) =>
        PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset).WithOptions(options).WithRunOptions(PretrainingRuns.Run);

    private static JepaStep CreateStep(PretrainingOptions options) => new(
        Steady, options, ScottModel.Create(Steady, seed: 3).Weights,
        WeightSpec.Initialize(BackboneLayout.Predictor(Steady, options.PredictorDepth), seed: 4), TorchDevice.Cpu);

    private static Tensor Masks(int count, ulong seed)
    {
        var sampler = new KeepMaskSampler(KeepMaskKind.Uniform, Steady.Grid, 0.6);
        var random = new DeterministicRandom(seed, "masks");
        return tensor(Enumerable.Range(0, count).SelectMany(_ => sampler.Sample(random)).ToArray()).view(count, Steady.Patches);
    }

    private static double[][] Draw(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => random.NextDouble() - 0.5).ToArray())];
    }

    private static Tensor ToTensor(double[][] rows) =>
        tensor(rows.SelectMany(row => row).Select(value => (float)value).ToArray()).view(rows.Length, -1);

    private static double Square(double value) => value * value;

    private static void AssertClose(Tensor expected, Tensor found) => Assert.True(expected.allclose(found, rtol: 1e-4, atol: 1e-5));
}
