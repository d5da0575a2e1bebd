using Scott.Models.Metrics;

namespace PretrainAndFineTune.FineTune;

/// <summary>How a classifier did on test images.</summary>
/// <param name="Metrics">Of the exported file, run by ONNX Runtime.</param>
/// <param name="Unreadable">Images that could not be read, and are left out.</param>
/// <param name="SameClass">On how many images TorchSharp finds the same class likeliest.</param>
/// <param name="LargestDifference">Of one probability, between the two.</param>
internal sealed record TestResult(ClassificationMetrics Metrics, int Unreadable, int SameClass, double LargestDifference);
