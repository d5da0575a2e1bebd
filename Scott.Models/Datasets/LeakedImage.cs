namespace Scott.Models.Datasets;

/// <summary>Content that is in both the training and the validation data, byte for byte.</summary>
/// <param name="TrainingNames">The paths or names it has in the training data, one or more.</param>
/// <param name="ValidationNames">The paths or names it has in the validation data, one or more.</param>
public sealed record LeakedImage(IReadOnlyList<string> TrainingNames, IReadOnlyList<string> ValidationNames);
