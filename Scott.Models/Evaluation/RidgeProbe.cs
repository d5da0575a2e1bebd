using Scott.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Evaluation;

/// <summary>A linear classifier of frozen features in closed form: ridge regression from standardised features to one-hot labels.</summary>
internal static class RidgeProbe
{
    /// <summary>The penalty on squared weights, per training picture.</summary>
    private const double Penalty = 0.01;

    private const double DeviationEpsilon = 1e-6;

    /// <summary>The share of validation pictures that it puts into the right class.</summary>
    public static double Accuracy(LabelledFeatures training, LabelledFeatures validation, int classes)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor rows = Rows(training);
        Tensor mean = rows.mean([0L], keepdim: true);
        Tensor deviation = rows.std(0, unbiased: false, keepdim: true).Plus(DeviationEpsilon);
        Tensor inputs = (rows - mean) / deviation; // [M, D], mean 0: the offset is the labels' mean
        Tensor wanted = nn.functional.one_hot(Labels(training), classes).to_type(ScalarType.Float64); // [M, C]
        Tensor offset = wanted.mean([0L], keepdim: true);
        Tensor normal = inputs.t().matmul(inputs) + eye(training.Width, dtype: ScalarType.Float64).Times(Penalty * training.Labels.Count); // [D, D]
        Tensor weights = linalg.solve(normal, inputs.t().matmul(wanted - offset)); // [D, C]
        Tensor scores = ((Rows(validation) - mean) / deviation).matmul(weights) + offset; // [V, C]
        return scores.argmax(1).eq(Labels(validation)).to_type(ScalarType.Float64).mean().item<double>();
    }

    private static Tensor Rows(LabelledFeatures features) =>
        tensor(features.Vectors, features.Labels.Count, features.Width).to_type(ScalarType.Float64);

    private static Tensor Labels(LabelledFeatures features) => tensor(features.Labels.Select(label => (long)label).ToArray());
}
