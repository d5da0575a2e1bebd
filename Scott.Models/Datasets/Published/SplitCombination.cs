namespace Scott.Models.Datasets;

/// <summary>Which official splits of a dataset to train, validate and test on, as the paper's experiments do.</summary>
public enum SplitCombination
{
    /// <summary>Each split as it is published.</summary>
    Official,
    /// <summary>
    /// The reference's <c>full</c>: training on every image, test images included. For self-supervised training only: a head trained on it
    /// has seen the labels of the test images.
    /// </summary>
    Full,
    /// <summary>The reference's <c>full_eval</c>: after pre-training on <see cref="Full"/>, a head learns from all but the test images.</summary>
    FullEvaluation,
    /// <summary>
    /// The reference's <c>inv</c>, only for Flowers-102: pre-training on the large test split and on val, testing on the small train split.
    /// </summary>
    Inverted,
    /// <summary>The reference's <c>inv_eval</c>, only for Flowers-102: a head learns from the test split and is tested on the train split.</summary>
    InvertedEvaluation,
}

/// <summary>The images to train, validate and test on.</summary>
/// <param name="Training">The training images.</param>
/// <param name="Validation">The images for choosing a model, or <see langword="null"/> if there are none; <see cref="DatasetSplit.Stratified"/>
/// can draw some. In some combinations they are in <paramref name="Training"/> too, see <see cref="SplitCombination"/>.</param>
/// <param name="Test">The images to report on.</param>
public sealed record DatasetSplits(IImageDataset Training, IImageDataset? Validation, IImageDataset Test);
