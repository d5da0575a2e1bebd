namespace Scott.Models.Datasets;

/// <summary>What to train, validate and test on.</summary>
/// <param name="Training">What to train on.</param>
/// <param name="Validation">What to choose by, or <see langword="null"/> if the combination has no such part; draw one with <see cref="DatasetSplit.Stratified"/>.
/// In some combinations its images are in <paramref name="Training"/> too, see <see cref="SplitCombination"/>.</param>
/// <param name="Test">What to report on.</param>
public sealed record DatasetParts(IImageDataset Training, IImageDataset? Validation, IImageDataset Test);
