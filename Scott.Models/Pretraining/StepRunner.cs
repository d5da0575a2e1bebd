using System.Runtime.CompilerServices;
using Scott.Models.Common;
using Scott.Models.Data;
using Scott.Models.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Pretraining;

/// <summary>Takes batches from the loader through the training step. Owns neither.</summary>
internal sealed class StepRunner(PretrainingOptions options, JepaStep step, PretrainingLoader loader)
{
    /// <summary>The newest checkpoint, for the error of a run that diverges.</summary>
    public string? LastCheckpoint { get; set; }

    /// <summary>The optimizer steps of an epoch, to its end.</summary>
    /// <param name="plan">Gives the plan that a step follows; it may change between steps.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="TrainingDivergedException">A loss is not a number.</exception>
    public async IAsyncEnumerable<StepResult> RunEpochAsync(Func<PretrainingPlan> plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int epoch = (int)(step.Steps / plan().StepsPerEpoch);
        int firstBatch = (int)(step.Steps % plan().StepsPerEpoch) * options.AccumulatedBatches;
        int gathered = 0;
        double loss = 0;
        step.ClearGradients();
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(epoch, firstBatch, cancellationToken).ConfigureAwait(true))
        {
            using (batch)
            {
                // Batches made ahead come without a look at the token.
                cancellationToken.ThrowIfCancellationRequested();
                loss += Gather(batch, gathered) / options.AccumulatedBatches;
                if (!double.IsFinite(loss))
                {
                    throw new TrainingDivergedException(step.Steps + 1, loss, [.. batch.Names], LastCheckpoint);
                }
            }

            gathered++;
            if (gathered == options.AccumulatedBatches)
            {
                yield return new StepResult(loss, Update(plan()));
                (gathered, loss) = (0, 0);
            }
        }
    }

    private double Gather(PretrainingBatch batch, int part)
    {
        if (part == 0)
        {
            // Dropout and stochastic depth draw from torch's own source: begun anew for each step, it needs no place in a checkpoint.
            var random = new DeterministicRandom(unchecked((ulong)options.Seed), FormattableString.Invariant($"torch/{step.Steps}"));
            manual_seed(unchecked((long)(random.NextUInt64() >> 1))).Dispose();
        }

        using DisposeScope scope = NewDisposeScope();
        int side = step.Context.Architecture.ImagePixels;
        Device device = step.Context.Device;
        Tensor target = frombuffer(batch.Target, ScalarType.Float32).view(batch.Count, 3, side, side).to(device);
        Tensor context = frombuffer(batch.Context, ScalarType.Float32).view(batch.Count, 3, side, side).to(device);
        Tensor keep = tensor(batch.Keep).view(batch.Count, step.Context.Architecture.Patches).to(device);
        return step.Accumulate(target, context, keep, 1.0 / options.AccumulatedBatches);
    }

    private GradientNorms Update(PretrainingPlan plan)
    {
        GradientNorms norms = step.MeasureGradients();
        if (options.MaximumGradientNorm is { } maximum)
        {
            step.ShortenGradients(norms.Total, maximum);
        }

        long number = step.Steps + 1;
        step.Update(plan.LearningRate(number), plan.WeightDecay(number), plan.Momentum(number));
        return norms;
    }
}
