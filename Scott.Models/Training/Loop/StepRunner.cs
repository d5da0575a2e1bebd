using Scott.Models.Weights;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Takes batches from a loader through a training step. Owns neither.</summary>
internal sealed class StepRunner<TBatch> : IStepRunner
    where TBatch : ImageBatch
{
    private readonly ITrainingStep<TBatch> _step;
    private readonly BatchLoader<TBatch> _loader;
    private readonly TrainingOptions _options;

    /// <exception cref="DatasetException">An epoch has fewer batches than a step needs.</exception>
    public StepRunner(ITrainingStep<TBatch> step, BatchLoader<TBatch> loader, TrainingOptions options)
    {
        _step = step;
        _loader = loader;
        _options = options;
        StepsPerEpoch = CountSteps(loader, options);
    }

    public long Steps => _step.Steps;
    public bool IsBetweenSteps { get; private set; } = true;
    public long StepsPerEpoch { get; }
    public int ImagesPerStep => _loader.BatchSize * _options.AccumulatedBatches;
    public int UnreadableImages => _loader.UnreadableCount;
    public string? LastCheckpoint { get; set; }

    /// <summary>The optimizer steps of an epoch.</summary>
    /// <exception cref="DatasetException">An epoch has fewer batches than a step needs.</exception>
    public static long CountSteps(BatchLoader<TBatch> loader, TrainingOptions options)
    {
        long steps = loader.BatchesPerEpoch / options.AccumulatedBatches;
        string batches = Plural.Of(loader.BatchesPerEpoch, "batch", "batches");
        return steps > 0 ? steps : throw new DatasetException(
            loader.Dataset.Name,
            $"an epoch has {batches}, and a step gathers {options.AccumulatedBatches}. Gather fewer, or make batches smaller.");
    }

    public async IAsyncEnumerable<StepResult> RunEpochAsync(Func<TrainingPlan> plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int epoch = (int)(_step.Steps / StepsPerEpoch);
        int firstBatch = (int)(_step.Steps % StepsPerEpoch) * _options.AccumulatedBatches;
        int gathered = 0;
        double loss = 0;
        _step.ClearGradients();
        await foreach (TBatch batch in _loader.ReadEpochAsync(epoch, firstBatch, cancellationToken).ConfigureAwait(true))
        {
            using (batch)
            {
                // A batch that was made ahead comes without a look at the token.
                cancellationToken.ThrowIfCancellationRequested();
                if (gathered == 0)
                    SeedTorch();

                loss += _step.Accumulate(batch, 1.0 / _options.AccumulatedBatches) / _options.AccumulatedBatches;
                if (!double.IsFinite(loss))
                    throw new TrainingDivergedException(_step.Steps + 1, loss, [.. batch.Names], LastCheckpoint);
            }

            gathered++;
            if (gathered == _options.AccumulatedBatches)
            {
                yield return Update(plan(), loss);
                (gathered, loss) = (0, 0);
            }
        }
    }

    public WeightSet Export() => _step.Export();

    public void Restore(WeightSet state, long steps)
    {
        IsBetweenSteps = false;
        _step.Restore(state, steps);
        IsBetweenSteps = true;
    }

    private StepResult Update(TrainingPlan plan, double loss)
    {
        IsBetweenSteps = false;
        IReadOnlyDictionary<string, double> figures = _step.Update(plan, _options.MaximumGradientNorm);
        IsBetweenSteps = true;
        return new StepResult(loss, figures);
    }

    /// <summary>Dropout and stochastic depth draw from torch's own source. Seeded for each step, it needs no place in a checkpoint.</summary>
    private void SeedTorch()
    {
        var random = new DeterministicRandom(unchecked((ulong)_options.Seed), FormattableString.Invariant($"torch/{_step.Steps}"));
        manual_seed(unchecked((long)(random.NextUInt64() >> 1))).Dispose();
    }
}
