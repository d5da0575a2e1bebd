using System.Text.Json.Nodes;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>Figures have names: in an epoch's sums, and in checkpoints. Those of earlier versions had an order.</summary>
[Collection(TorchTests.Name)]
public sealed class EpochSumsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mean_FiguresInAnyOrder_IsThatOfTheName()
    {
        EpochSums sums = new EpochSums()
            .Add(new StepResult(1, new Dictionary<string, double> { ["a"] = 1, ["b"] = 10 }), TimeSpan.FromSeconds(1))
            .Add(new StepResult(3, new Dictionary<string, double> { ["b"] = 20, ["a"] = 2 }), TimeSpan.FromSeconds(2));
        Assert.Equal((2, 4.0, 3.0), (sums.Steps, sums.Loss, sums.Seconds));
        Assert.Equal((1.5, 15.0), (sums.Mean("a"), sums.Mean("b")));
    }

    [Fact]
    public async Task Resume_PretrainingCheckpointWithoutNames_RecordsTheSameEpoch()
    {
        PretrainingBuilder Build() => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 2 }).WithRunOptions(PretrainingRuns.Run);
        PretrainingResult whole = await Build().RunAsync();
        await StopAsync(callback => Build().WithCheckpoints(_folder.Path).OnStep(callback).RunAsync(), step: 5);
        await RemoveNamesAsync(["Tokenizer", "Transformer", "Predictor", "MaskToken"]);
        PretrainingResult resumed = await Build().WithCheckpoints(_folder.Path).RunAsync();
        Assert.Equal(
            whole.History.Select(record => (record.Loss, record.Gradients)), resumed.History.Select(record => (record.Loss, record.Gradients)));
    }

    [Fact]
    public async Task Resume_FineTuningCheckpointWithoutNames_RecordsTheSameEpoch()
    {
        FineTuningBuilder Build() => FineTuningRuns.Build(FineTuningRuns.Options with { Epochs = 2 });
        FineTuningResult whole = await Build().RunAsync();
        await StopAsync(callback => Build().WithCheckpoints(_folder.Path).OnStep(callback).RunAsync(), step: 7);
        await RemoveNamesAsync(["BackboneGradient", "HeadGradient", "TrainingTop1"]);
        FineTuningResult resumed = await Build().WithCheckpoints(_folder.Path).RunAsync();
        Assert.Equal(
            whole.History.Select(record => (record.BackboneGradient, record.HeadGradient, record.TrainingTop1)),
            resumed.History.Select(record => (record.BackboneGradient, record.HeadGradient, record.TrainingTop1)));
    }

    private static async Task StopAsync(Func<Func<TrainingProgress, CancellationToken, ValueTask>, Task> run, long step) =>
        await Assert.ThrowsAsync<NotSupportedException>(
            () => run((progress, _) => progress.Step == step ? throw new NotSupportedException() : default));

    /// <summary>Writes the checkpoint as earlier versions did: the sums in a list.</summary>
    private async Task RemoveNamesAsync(string[] order)
    {
        var store = new CheckpointStore(_folder.Path, kept: 1);
        TrainingCheckpoint checkpoint = (await store.ReadNewestAsync(Assert.Fail, default))!;
        JsonNode run = JsonNode.Parse(checkpoint.Run)!;
        JsonObject named = run["epoch"]!["figures"]!.AsObject();
        Assert.Equal(order.Order(), named.Select(figure => figure.Key).Order());
        run["epoch"]!["figures"] = new JsonArray([.. order.Select(name => named[name]!.DeepClone())]);
        await store.SaveAsync(checkpoint with { Run = run.ToJsonString() }, default);
    }
}
