using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Scott.Models.Foundation;
using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Training;

/// <summary>A run that an error ends: what it saves, and which error it reports. The networks are one number, which each step increases.</summary>
[Collection(TorchTests.Name)]
public sealed class BrokenRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Run_ErrorWithinAStep_IsReportedAndNoCheckpointHoldsTheTornState()
    {
        var method = new CountingMethod { BreaksWithin = true };
        InsufficientMemoryException error = await Assert.ThrowsAsync<InsufficientMemoryException>(() => RunAsync(method));
        Assert.Equal("no memory", error.Message);
        Assert.Empty(new CheckpointStore(_folder.Path, kept: 2).Files());
        Assert.Contains(_log.Lines, line => line.Contains($"The run stopped within step {method.BrokenStep}", StringComparison.Ordinal));
        await AssertStoppedAsync("stopped at step 2 of 10; it has no checkpoint to resume from");
    }

    [Fact]
    public async Task Run_ErrorBeforeItsFirstStep_IsReportedAndNothingIsSaved()
    {
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => RunAsync(new CountingMethod { BrokenStep = 1 }));
        Assert.Empty(new CheckpointStore(_folder.Path, kept: 2).Files());
        await AssertStoppedAsync("stopped at step 0 of 10; it has no checkpoint to resume from");
    }

    [Fact]
    public async Task Run_ErrorBetweenSteps_IsReportedAndWhatWasLearnedIsSaved()
    {
        var method = new CountingMethod();
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => RunAsync(method));
        TrainingCheckpoint saved = (await new CheckpointStore(_folder.Path, kept: 2).ReadNewestAsync(_ => { }, default))!;
        Assert.Equal(2, saved.Steps);
        Assert.Equal([2], saved.State["value"].ToArray());
        await AssertStoppedAsync("stopped at step 2 of 10; run it again to resume from step 2");
    }

    [Fact]
    public async Task Run_ErrorThatCannotBeSavedAfter_IsStillTheOneThatIsReported()
    {
        var method = new CountingMethod { CannotExport = true };
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => RunAsync(method));
        const string Expected = "Error: What the run has learned since its last checkpoint could not be saved";
        Assert.Contains(_log.Lines, line => line.StartsWith(Expected, StringComparison.Ordinal));
        await AssertStoppedAsync("stopped at step 2 of 10; it has no checkpoint to resume from");
    }

    [Fact]
    public async Task Run_CanceledAndNotToBeSaved_ReportsThat()
    {
        using var stop = new CancellationTokenSource();
        var method = new CountingMethod { Stop = stop, CannotExport = true };
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => RunAsync(method, stop.Token));
        Assert.Equal(CheckpointFault.NotWritable, error.Fault);
        await AssertStoppedAsync("stopped at step 2 of 10; it has no checkpoint to resume from");
    }

    /// <summary>An argument's error of the metrics came out, and a checkpoint of ruined weights. The steps' losses were finite.</summary>
    [Fact]
    public async Task Run_WeightsThatTheLastStepOfAnEpochRuins_DivergesAndSavesNothing()
    {
        var method = new CountingMethod { BrokenStep = int.MaxValue, RuinedAt = 10 };
        TrainingDivergedException error = await Assert.ThrowsAsync<TrainingDivergedException>(() => RunAsync(method));
        Assert.Equal(10, error.Step);
        Assert.Empty(new CheckpointStore(_folder.Path, kept: 2).Files());
        await AssertStoppedAsync("stopped at step 10 of 10; it has no checkpoint to resume from");
    }

    [Fact]
    public async Task Run_CanceledAfterAStepThatRuinedTheWeights_SavesNothing()
    {
        using var stop = new CancellationTokenSource();
        var method = new CountingMethod { Stop = stop, RuinedAt = 2 };
        await Assert.ThrowsAsync<TrainingDivergedException>(() => RunAsync(method, stop.Token));
        Assert.Empty(new CheckpointStore(_folder.Path, kept: 2).Files());
    }

    /// <summary>The report said that the run was running, and its page reloaded itself forever.</summary>
    private async Task AssertStoppedAsync(string state)
    {
        string report = await File.ReadAllTextAsync(_folder.File("report.html"));
        Assert.Contains(state, report, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", report, StringComparison.Ordinal);
    }

    private Task<TrainingOutcome<StepCount>> RunAsync(CountingMethod method, CancellationToken cancellationToken = default)
    {
        var request = new TrainingRequest<StepCount>(PretrainingRuns.Model, PretrainingRuns.Dataset)
        {
            Run = new TrainingRunOptions { CheckpointFolder = _folder.Path },
            Logger = _log,
        };
        return new TrainingRun<StepCount>(request, method, null).RunAsync(cancellationToken);
    }

    private sealed record StepCount : TrainingRecord;

    /// <summary>Breaks within a step, or before it.</summary>
    private sealed class CountingMethod : ITrainingMethod<StepCount>, IStepRunner
    {
        private long _value;

        public long BrokenStep { get; init; } = 3;

        public bool BreaksWithin { get; init; }

        public bool CannotExport { get; init; }

        /// <summary>From this step on, the weight is not a number.</summary>
        public long RuinedAt { get; init; } = int.MaxValue;

        public CancellationTokenSource? Stop { get; init; }

        public long Steps { get; private set; }

        public bool IsBetweenSteps { get; private set; } = true;

        public long StepsPerEpoch => 10;

        public int ImagesPerStep => 1;

        public int UnreadableImages => 0;

        public string? LastCheckpoint { get; set; }

        public IStepRunner Runner => this;

        public string OperationName => Operation.FineTune;

        public TrainingOptions Options { get; } = new FineTuningOptions { Epochs = 1 };

        public string Identity => "{}";

        public string? Judge => null;

        public IReadOnlyList<ImageSet> Images => [];

        public ReportLayout<StepCount> Layout { get; } = new()
        {
            Title = "counting",
            Subtitle = "",
            Figures = [],
            Charts = [],
            Columns = [],
            Facts = _ => [],
        };

        public JsonTypeInfo<List<StepCount>> HistoryFormat =>
            (JsonTypeInfo<List<StepCount>>)JsonSerializerOptions.Default.GetTypeInfo(typeof(List<StepCount>));

        public async IAsyncEnumerable<StepResult> RunEpochAsync(Func<TrainingPlan> plan, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                await Task.Yield();
                if (Steps + 1 == BrokenStep)
                {
                    Stop?.Cancel();
                    cancellationToken.ThrowIfCancellationRequested();
                    IsBetweenSteps = !BreaksWithin;
                    throw new InsufficientMemoryException("no memory");
                }

                _value++;
                Steps++;
                yield return new StepResult(1, new Dictionary<string, double>());
            }
        }

        public WeightSet Export() => CannotExport
            ? throw new IOException("nowhere to write")
            : new WeightSet([WeightTensor.Create("value", [1], [Steps < RuinedAt ? _value : float.NaN])]);

        public WeightSet ExportFinite() => Export().IsFinite() ? Export() : throw Diverged();

        public TrainingDivergedException Diverged() => new(Steps, 1, ["image"], LastCheckpoint);

        public void Restore(WeightSet state, long steps) => throw new NotSupportedException();

        public Task<StepCount> EvaluateEpochAsync(EpochSummary summary, IReadOnlyList<StepCount> history, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public double? Watched(StepCount record) => null;

        public WeightSet ExportWeights() => Export();

        public Task SaveModelAsync(WeightSet weights, StepCount record, string path, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
