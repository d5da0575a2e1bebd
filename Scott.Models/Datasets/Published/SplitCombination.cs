namespace Scott.Models.Datasets;

/// <summary>Which official parts of a dataset to train, validate and test on, as the paper's experiments do.</summary>
public enum SplitCombination
{
    /// <summary>Each part as it is published.</summary>
    Official,

    /// <summary>
    /// The reference's <c>full</c>: training on every image, the test ones included. For self-supervision alone; a head trained on it has seen the
    /// test's answers.
    /// </summary>
    Full,

    /// <summary>The reference's <c>full_eval</c>: a head for what was pre-trained on <see cref="Full"/> learns from all but the test images.</summary>
    FullEvaluation,

    /// <summary>The reference's <c>inv</c>, for Flowers-102 alone: pre-training on the large test part and on val, testing on the small train part.</summary>
    Inverted,

    /// <summary>The reference's <c>inv_eval</c>, for Flowers-102 alone: a head learns from the test part and is tested on the train part.</summary>
    InvertedEvaluation,
}
