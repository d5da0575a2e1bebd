namespace Scott.Models.Inference;

/// <summary>Sets up an <see cref="ImageClassifier"/>. Made by <c>ScottClassifier.Classify()</c>.</summary>
/// <remarks>The last call of each kind wins. Unusable after <see cref="Build"/>. Not thread-safe.</remarks>
public sealed class ImageClassifierBuilder : InferenceBuilder<ImageClassifierBuilder, ClassificationOptions>
{
    private readonly ScottClassifier _classifier;

    internal ImageClassifierBuilder(ScottClassifier classifier)
        : base(new ClassificationOptions(), "ScottClassifier.Classify()") => _classifier = classifier;

    /// <summary>Sets how many of the most likely classes a prediction lists.</summary>
    /// <param name="topClasses">See <see cref="ClassificationOptions.TopClasses"/>.</param>
    public ImageClassifierBuilder WithTopClasses(int topClasses) => Set(options => options with { TopClasses = topClasses });

    /// <summary>Makes the classifier and loads its engine.</summary>
    /// <inheritdoc cref="FeatureExtractorBuilder.Build" path="/exception"/>
    public ImageClassifier Build() => BuildOnce((options, logger) => new ImageClassifier(_classifier, options, logger));
}
