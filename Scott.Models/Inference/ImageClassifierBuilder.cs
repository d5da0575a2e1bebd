namespace Scott.Models.Inference;

/// <summary>
/// Sets up an <see cref="ImageClassifier"/>. Made by <c>ScottClassifier.Classify()</c>; the last call of each kind wins; unusable after
/// <see cref="Build"/>. Not thread-safe.
/// </summary>
public sealed class ImageClassifierBuilder : InferenceBuilder<ImageClassifierBuilder, ClassificationOptions>
{
    private readonly ScottClassifier _classifier;

    internal ImageClassifierBuilder(ScottClassifier classifier)
        : base(new ClassificationOptions(), "ScottClassifier.Classify()") => _classifier = classifier;

    /// <summary>How many of the most likely classes a prediction lists.</summary>
    /// <param name="topClasses">See <see cref="ClassificationOptions.TopClasses"/>.</param>
    public ImageClassifierBuilder WithTopClasses(int topClasses) => Set(options => options with { TopClasses = topClasses });

    /// <summary>Makes the classifier and loads its engine.</summary>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="NativeLibraryException">The engine's native library is missing or does not load.</exception>
    /// <exception cref="ExecutionProviderException">None of the execution providers runs.</exception>
    /// <exception cref="DeviceNotAvailableException">The torch device is not on this machine.</exception>
    /// <exception cref="InvalidOperationException">The builder has built before.</exception>
    public ImageClassifier Build() => BuildOnce((options, logger) => new ImageClassifier(_classifier, options, logger));
}
