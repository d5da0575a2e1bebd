using Scott.Models.Torch;
using Scott.Models.Weights;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Takes batches from a loader through a training step. Owns neither.</summary>
internal sealed class StepRunner<TBatch>(ITrainingStep<TBatch> step, BatchLoader<TBatch> loader, TrainingOptions options) : IStepRunner
    where TBatch : ImageBatch
{
    /// <summary>The loss and the images of the newest step.</summary>
    private (double Loss, IReadOnlyList<string> Names) _newest = (double.NaN, []);

    public long Steps => step.Steps;
    public bool IsBetweenSteps { get; private set; } = true;
    public long StepsPerEpoch => loader.StepsPerEpoch;
    public int ImagesPerStep => loader.BatchSize * options.AccumulatedBatches;
    public int UnreadableImages => loader.UnreadableCount;
    public string? LastCheckpoint { get; set; }

    public async IAsyncEnumerable<StepResult> RunEpochAsync(Func<TrainingPlan> plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int epoch = (int)(step.Steps / StepsPerEpoch);
        int firstBatch = (int)(step.Steps % StepsPerEpoch) * options.AccumulatedBatches;
        int gathered = 0;
        double loss = 0;
        step.ClearGradients();
        await foreach (TBatch batch in loader.ReadEpochAsync(epoch, firstBatch, cancellationToken).ConfigureAwait(true))
        {
            StepResult? result = null;
            using (batch)
            {
                // The loader does not check the token before it returns a batch that is ready.
                cancellationToken.ThrowIfCancellationRequested();
                if (gathered == 0)
                    SeedTorch();

                loss += step.Accumulate(batch, 1.0 / options.AccumulatedBatches) / options.AccumulatedBatches;
                if (!double.IsFinite(loss))
                    throw Diverged(loss, batch);
                if (++gathered == options.AccumulatedBatches)
                    result = Update(plan(), loss, batch);
            }

            if (result is { } taken)
            {
                yield return taken;
                (gathered, loss) = (0, 0);
            }
        }
    }

    public WeightSet Export() => step.Export();

    public WeightSet ExportFinite()
    {
        WeightSet state = Export();
        return state.IsFinite() ? state : throw Diverged();
    }

    public TrainingDivergedException Diverged() => new(Steps, _newest.Loss, _newest.Names, LastCheckpoint);

    public void Restore(WeightSet state, long steps)
    {
        IsBetweenSteps = false;
        step.Restore(state, steps);
        IsBetweenSteps = true;
    }

    private StepResult Update(TrainingPlan plan, double loss, TBatch batch)
    {
        IsBetweenSteps = false;
        try
        {
            IReadOnlyDictionary<string, double> figures = step.Update(plan, options.MaximumGradientNorm);
            IsBetweenSteps = true;
            _newest = (loss, batch.Names);
            return new StepResult(loss, figures);
        }
        catch (NonFiniteGradientException)
        {
            throw Diverged(loss, batch);
        }
    }

    private TrainingDivergedException Diverged(double loss, TBatch batch) => new(step.Steps + 1, loss, [.. batch.Names], LastCheckpoint);

    /// <summary>Dropout and stochastic depth draw from torch's random state. It is seeded for each step, so checkpoints need not hold it.</summary>
    private void SeedTorch()
    {
        var random = new DeterministicRandom(unchecked((ulong)options.Seed), FormattableString.Invariant($"torch/{step.Steps}"));
        manual_seed(unchecked((long)(random.NextUInt64() >> 1))).Dispose();
    }
}

/// <summary>Finds weights that a step ruined.</summary>
internal static class FiniteWeights
{
    /// <summary>Whether every number of single precision is finite.</summary>
    public static bool IsFinite(this WeightSet weights) => weights.All(tensor => tensor.DType != TensorDType.Float32
        || FiniteNumbers.IndexOfOther(MemoryMarshal.Cast<byte, float>(tensor.Data.Span)) < 0);
}
