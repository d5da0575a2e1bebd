namespace Scott.Models.Zoo;

/// <summary>A figure measured on a model.</summary>
/// <param name="Name">What was measured and on which images, for example <c>flowers5/val/knn-top1</c>.</param>
/// <param name="Value">The figure.</param>
/// <param name="StandardDeviation">Its standard deviation over seeds, if more than one was run.</param>
/// <param name="Command">The command that measured it.</param>
public sealed record ManifestMetric(string Name, double Value, double? StandardDeviation, string Command);
