using Scott.Models.Torch;
using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Metrics;

/// <summary>A linear classifier of frozen features in closed form: ridge regression from standardized features to one-hot labels.</summary>
internal static class RidgeProbe
{
    /// <summary>The penalty on squared weights, per training image, where none is chosen.</summary>
    public const double Penalty = 0.01;

    private const double DeviationEpsilon = 1e-6;

    /// <summary>The share of validation images that it puts into the right class.</summary>
    public static double Accuracy(LabeledFeatures training, LabeledFeatures validation, int classes)
    {
        double[] scores = Scores(training, validation, classes, Penalty);
        return validation.Labels.Where((label, i) => MostLikely(scores, i, classes) == label).Count() / (double)validation.Labels.Count;
    }

    /// <summary>What the fitted probe gives each class of each query, [V, C] row-major: about 1 for the right one, about 0 for others.</summary>
    /// <param name="training">What it is fitted to.</param>
    /// <param name="queries">The images to classify.</param>
    /// <param name="classes">C.</param>
    /// <param name="penalty">On squared weights, per training image.</param>
    public static double[] Scores(LabeledFeatures training, LabeledFeatures queries, int classes, double penalty)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor rows = Rows(training);
        Tensor mean = rows.mean([0L], keepdim: true);
        Tensor deviation = rows.std(0, unbiased: false, keepdim: true).Plus(DeviationEpsilon);
        Tensor inputs = (rows - mean) / deviation; // [M, D], mean 0: the offset is the labels' mean
        Tensor labels = tensor(training.Labels.Select(label => (long)label).ToArray());
        Tensor wanted = nn.functional.one_hot(labels, classes).to_type(ScalarType.Float64); // [M, C]
        Tensor offset = wanted.mean([0L], keepdim: true);
        Tensor normal = inputs.t().matmul(inputs).Plus(eye(training.Width, dtype: ScalarType.Float64).Times(penalty * training.Labels.Count)); // [D, D]
        Tensor weights = linalg.solve(normal, inputs.t().matmul(wanted - offset)); // [D, C]
        return ((Rows(queries) - mean) / deviation).matmul(weights).Plus(offset).data<double>().ToArray(); // [V, C]
    }

    /// <summary>The first class of those with an image's highest score.</summary>
    public static int MostLikely(ReadOnlySpan<double> scores, int image, int classes)
    {
        ReadOnlySpan<double> row = scores.Slice(image * classes, classes);
        return row.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(row));
    }

    private static Tensor Rows(LabeledFeatures features) =>
        tensor(features.Vectors, features.Labels.Count, features.Width).to_type(ScalarType.Float64);
}
