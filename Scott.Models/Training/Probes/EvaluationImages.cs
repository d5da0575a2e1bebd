using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>The images of an evaluation, all of the same classes.</summary>
/// <param name="Training">What probes learn from; without <paramref name="Validation"/>, a part of it is what choices are made by.</param>
/// <param name="Validation">What choices are made by, or <see langword="null"/>.</param>
/// <param name="Test">What is reported.</param>
internal sealed record EvaluationImages(IImageDataset Training, IImageDataset? Validation, IImageDataset Test)
{
    /// <summary>Makes sure that there are validation images.</summary>
    /// <exception cref="DatasetException">None are given, and no training class has two images.</exception>
    public (IImageDataset Training, IImageDataset Validation, IImageDataset Test) Split(double validationRatio, long seed)
    {
        if (Validation is not null)
        {
            return (Training, Validation, Test);
        }

        var split = DatasetSplit.Stratified(Training, validationRatio, seed);
        return (split.Training, split.Validation, Test);
    }
}
