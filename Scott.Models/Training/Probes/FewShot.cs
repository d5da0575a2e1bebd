using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Measures pooled features with a few training images of each class, drawn several times.</summary>
internal sealed class FewShot(EvaluationFeatures features, IReadOnlyList<string> classNames, EvaluationOptions options)
{
    /// <exception cref="DatasetException">A class has too few training images that can be read.</exception>
    public static void Require(LabeledFeatures training, IReadOnlyList<string> classNames, IReadOnlyList<int> perClass)
    {
        int wanted = perClass.DefaultIfEmpty().Max();
        int[] counts = [.. classNames.Select((_, label) => training.Labels.Count(each => each == label))];
        int scarce = Array.FindIndex(counts, count => count < wanted);
        if (scarce < 0)
            return;

        string found = $"the class has {Plural.Of(counts[scarce], "readable image")} to learn from; expected at least {wanted}, to draw as many";
        throw new DatasetException(classNames[scarce], $"{found}. Ask for fewer in WithFewShot, or keep fewer for validation.");
    }

    /// <summary>A result for each number of images per class.</summary>
    public IReadOnlyList<FewShotResult> Measure(Action<int>? progress, CancellationToken cancellationToken)
    {
        int done = 0;
        return [.. options.FewShotPerClass.Select(perClass =>
        {
            List<(double Neighbors, double Linear)> measured = [];
            for (int repeat = 0; repeat < options.FewShotRepeats; repeat++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                measured.Add(MeasureOnce(Draw(perClass, repeat), cancellationToken));
                progress?.Invoke(++done);
            }

            var neighbors = MeanAndDeviation.Of([.. measured.Select(each => each.Neighbors)]);
            return new FewShotResult(perClass, options.FewShotRepeats, neighbors, MeanAndDeviation.Of([.. measured.Select(each => each.Linear)]));
        })];
    }

    private (double Neighbors, double Linear) MeasureOnce(LabeledFeatures few, CancellationToken cancellationToken)
    {
        float[] votes = NearestNeighbors.Probabilities(
            few, features.Test, classNames.Count, options.Neighbors, options.NeighborTemperature, cancellationToken);
        double neighbors = ClassificationMetrics.FromProbabilities(votes, features.Test.Labels, classNames).Top1;
        return (neighbors, RidgeProbe.Accuracy(few, features.Test, classNames.Count, cancellationToken));
    }

    /// <summary>Within a repeat, larger draws contain the smaller ones, so that comparisons depend less on chance.</summary>
    private LabeledFeatures Draw(int perClass, int repeat)
    {
        IReadOnlyList<int> labels = features.Training.Labels;
        return features.Training.Take([.. Enumerable.Range(0, classNames.Count).SelectMany(label =>
        {
            int[] ofClass = [.. Enumerable.Range(0, labels.Count).Where(index => labels[index] == label)];
            new DeterministicRandom(unchecked((ulong)options.Probe.Seed), FormattableString.Invariant($"few/{repeat}/{label}")).Shuffle(ofClass);
            return ofClass.Take(perClass);
        })]);
    }
}
