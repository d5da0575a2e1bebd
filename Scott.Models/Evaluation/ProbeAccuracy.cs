namespace Scott.Models.Evaluation;

/// <summary>How well a trained probe does on validation pictures.</summary>
/// <param name="Top1">The share whose most likely class is the right one, in [0, 1].</param>
/// <param name="MeanPerClassTop1">The mean of the classes' own shares; a class without a validation picture does not count.</param>
/// <param name="TrainingTop1">The share of training pictures, in [0, 1]: far above <paramref name="Top1"/>, the probe has learned them by heart.</param>
public readonly record struct ProbeAccuracy(double Top1, double MeanPerClassTop1, double TrainingTop1)
{
    internal static ProbeAccuracy Measure(
        IReadOnlyList<int> predicted, IReadOnlyList<int> labels, IReadOnlyList<int> predictedTraining, IReadOnlyList<int> trainingLabels)
    {
        double perClass = labels.Zip(predicted).GroupBy(pair => pair.First).Average(group => group.Average(pair => pair.First == pair.Second ? 1.0 : 0.0));
        return new ProbeAccuracy(Share(predicted, labels), perClass, Share(predictedTraining, trainingLabels));
    }

    private static double Share(IReadOnlyList<int> predicted, IReadOnlyList<int> labels) =>
        predicted.Zip(labels).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
}
