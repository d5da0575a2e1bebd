using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Scott.Models.Foundation;
using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Training;

/// <summary>A run that an error ends: what is saved, and which error is reported. The networks are one number, which each step raises by one.</summary>
public sealed class BrokenRunTests : IDisposable
{
    private const long BrokenStep = 3;

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
        Assert.Contains(_log.Lines, line => line.Contains($"The run stopped within step {BrokenStep}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ErrorBetweenSteps_IsReportedAndWhatWasLearnedIsSaved()
    {
        var method = new CountingMethod();
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => RunAsync(method));
        TrainingCheckpoint saved = (await new CheckpointStore(_folder.Path, kept: 2).ReadNewestAsync(_ => { }, default))!;
        Assert.Equal(BrokenStep - 1, saved.Steps);
        Assert.Equal([BrokenStep - 1], saved.State["value"].ToArray());
    }

    [Fact]
    public async Task Run_ErrorThatCannotBeSavedAfter_IsStillTheOneThatIsReported()
    {
        var method = new CountingMethod { CannotExport = true };
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => RunAsync(method));
        Assert.Contains(_log.Lines, line => line.StartsWith("Error: What the run has learned since its last checkpoint could not be saved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_CanceledAndNotToBeSaved_ReportsThat()
    {
        using var stop = new CancellationTokenSource();
        var method = new CountingMethod { Stop = stop, CannotExport = true };
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => RunAsync(method, stop.Token));
        Assert.Equal(CheckpointFault.NotWritable, error.Fault);
    }

    private Task<TrainingOutcome<StepCount>> RunAsync(CountingMethod method, CancellationToken cancellationToken = default)
    {
        var request = new TrainingRequest<StepCount>
        {
            Operation = new Operation(Operation.FineTune, "counting"),
            Schedules = new ScheduleOptions
            {
                Epochs = 1,
                WarmupRatio = 0,
                StartLearningRate = 1,
                PeakLearningRate = 1,
                FinalLearningRate = 1,
                FlatRatio = 0,
                StartWeightDecay = 0,
                FinalWeightDecay = 0,
            },
            Identity = "{}",
            Images = [],
            Run = new TrainingRunOptions { CheckpointFolder = _folder.Path },
            TimeBudget = null,
            Patience = null,
            OnStep = (_, _) => ValueTask.CompletedTask,
            OnEpoch = (_, _) => ValueTask.FromResult(true),
            SaveModelAsync = (_, _, _, _) => Task.CompletedTask,
            Logger = _log,
        };
        return new TrainingRun<StepCount>(request, method, null).RunAsync(cancellationToken);
    }

    private sealed record StepCount : TrainingRecord;

    /// <summary>Breaks in the third step, or before it.</summary>
    private sealed class CountingMethod : ITrainingMethod<StepCount>, IStepRunner
    {
        private long _value;

        public bool BreaksWithin { get; init; }

        public bool CannotExport { get; init; }

        public CancellationTokenSource? Stop { get; init; }

        public long Steps { get; private set; }

        public bool IsBetweenSteps { get; private set; } = true;

        public long StepsPerEpoch => 10;

        public int ImagesPerStep => 1;

        public int UnreadableImages => 0;

        public string? LastCheckpoint { get; set; }

        public IStepRunner Runner => this;

        public JsonTypeInfo<StepCount> RecordFormat => (JsonTypeInfo<StepCount>)JsonSerializerOptions.Default.GetTypeInfo(typeof(StepCount));

        public JsonTypeInfo<List<StepCount>> HistoryFormat => (JsonTypeInfo<List<StepCount>>)JsonSerializerOptions.Default.GetTypeInfo(typeof(List<StepCount>));

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
                yield return new StepResult(1, []);
            }
        }

        public WeightSet Export() => CannotExport
            ? throw new IOException("nowhere to write")
            : new WeightSet([WeightTensor.Create("value", [1], [_value])]);

        public void Restore(WeightSet state, long steps) => throw new NotSupportedException();

        public Task<StepCount> ExamineAsync(EpochSummary summary, IReadOnlyList<StepCount> history, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public double? Watched(StepCount record) => null;

        public WeightSet Product() => Export();

        public TrainingReport Report(RunStatus<StepCount> status) => new() { Title = "counting", State = "running" };

        public IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<StepCount> history) => [];
    }
}
