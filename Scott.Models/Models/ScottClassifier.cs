using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>
/// A classifier as data: a backbone, a head and the names of the classes. Immutable and thread-safe; holds no torch object and needs no disposal.
/// <c>ScottModel.FineTune</c> makes one; <see cref="FromFileAsync"/> reads one.
/// </summary>
public sealed class ScottClassifier
{
    /// <summary>Makes a classifier and checks its parts; <paramref name="headWeights"/> have the names of <see cref="HeadLayout.Of"/>. With
    /// thresholds it is multi-label.</summary>
    /// <exception cref="ScottConfigurationException">The head, the class names or the thresholds are not legal.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the head.</exception>
    internal ScottClassifier(
        ScottModel model, ClassifierHead head, WeightSet headWeights, IReadOnlyList<string> classNames, IReadOnlyList<float>? thresholds = null)
    {
        new ClassifierDescription(head, classNames, thresholds).Validate();
        WeightSpec.RequireFit("the classifier's head", headWeights, HeadLayout.Of(head, model.Architecture.EmbeddingWidth, classNames.Count));
        Model = model;
        Head = head;
        HeadWeights = headWeights;
        ClassNames = [.. classNames];
        Thresholds = thresholds is null ? null : [.. thresholds];
    }

    /// <summary>The backbone. Its metadata describes the classifier.</summary>
    public ScottModel Model { get; }

    /// <summary>The kind of head, which turns the backbone's tokens into one logit per class.</summary>
    public ClassifierHead Head { get; }

    /// <summary>The weights of the head, with the reference's state-dict names.</summary>
    public WeightSet HeadWeights { get; }

    /// <summary>The names of the classes, in the order of the logits. Each name occurs once.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Whether the classes are labels that do not exclude each other: an image can have several, or none. A logit's sigmoid is then the
    /// probability of its label; otherwise the softmax of all logits gives the probabilities.</summary>
    public bool IsMultiLabel => Thresholds is not null;

    /// <summary>The probability from which on an image has a label, in [0, 1], for each class of a multi-label classifier.</summary>
    /// <value><see langword="null"/> if the classes exclude each other.</value>
    public IReadOnlyList<float>? Thresholds { get; }

    /// <summary>The classifier's name, license, provenance and validation figures.</summary>
    public ModelMetadata Metadata => Model.Metadata;

    /// <summary>Reads a classifier that <see cref="SaveAsync"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    /// <exception cref="ScottException">The file is damaged, holds no classifier, or its weights do not fit its description.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<ScottClassifier> FromFileAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafetensorsContent content = await SafetensorsFile.ReadAsync(path, WeightStorage.Managed, cancellationToken).ConfigureAwait(false);
        ClassifierDescription classifier = ClassifierDescription.Find(path, content.Metadata) ?? throw new ModelFormatException(
            path,
            $"'{path}' holds no classifier. If it holds a backbone, read it with ScottModel.FromFileAsync; FineTune makes a classifier of it.");
        ScottModel model = ScottModel.FromContent(path, content, new ModelFileOptions());
        WeightSet head = content.Tensors.StripPrefix(ClassifierDescription.HeadPrefix);
        IReadOnlyList<WeightSpec> layout = ModelDescription.ReadEntries(
            path, "classifier", () => HeadLayout.Of(classifier.Head, model.Architecture.EmbeddingWidth, classifier.ClassNames.Count));
        WeightSpec.RequireFit($"'{path}'", head, layout);
        return new ScottClassifier(model, classifier.Head, head, classifier.ClassNames, classifier.Thresholds);
    }

    /// <summary>Reads a standard ViT with its classifier's head, as <see cref="ScottModel.FromHuggingFaceFolderAsync"/> reads the backbone.</summary>
    /// <remarks>The names of the classes come from <c>id2label</c> or <c>label_names</c>. A name that occurs more than once gets its number behind
    /// it. Without names, the numbers are the names.</remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="storage">Where the bytes of safetensors files are kept.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    /// <exception cref="ModelFormatException">This package cannot compute the model exactly, or it has no head.</exception>
    /// <exception cref="ScottException">A file is damaged, or the weights do not fit the configuration.</exception>
    /// <exception cref="IOException">A file cannot be opened or read.</exception>
    public static async Task<ScottClassifier> FromHuggingFaceFolderAsync(
        string folder, WeightStorage storage = WeightStorage.Managed, CancellationToken cancellationToken = default) =>
        (await HubFolder.ReadAsync(folder, storage, cancellationToken).ConfigureAwait(false)).ToClassifier(folder);

    /// <summary>The same classifier with weights in half precision: see <see cref="ScottModel.WithFloat16Weights"/>.</summary>
    /// <exception cref="InvalidOperationException">A weight is beyond ±65 504, or not a number.</exception>
    public ScottClassifier WithFloat16Weights() => new(Model.WithFloat16Weights(), Head, HeadWeights.ToFloat16(), ClassNames, Thresholds);

    /// <summary>The same classifier with another preprocessing, for example one that fits the whole image into a frame:
    /// <c>classifier.Model.WithResize(ResizeMode.Letterbox).Preprocessing</c>.</summary>
    /// <param name="preprocessing">The preprocessing, of the model's image size and channels. Saved classifiers keep it.</param>
    /// <exception cref="ScottConfigurationException">A setting is not legal, or makes images of another size or with other channels.</exception>
    public ScottClassifier WithPreprocessing(PreprocessingSpec preprocessing) =>
        new(Model.WithPreprocessing(preprocessing), Head, HeadWeights, ClassNames, Thresholds);

    /// <summary>The same classifier with other metadata, such as a name.</summary>
    /// <param name="metadata">The new metadata. Replaces all of the old.</param>
    public ScottClassifier WithMetadata(ModelMetadata metadata) => new(Model.WithMetadata(metadata), Head, HeadWeights, ClassNames, Thresholds);

    /// <summary>The same classifier with other thresholds: higher ones give fewer and surer labels.</summary>
    /// <param name="thresholds">One for each class, in [0, 1].</param>
    /// <exception cref="InvalidOperationException">The classifier is not multi-label.</exception>
    /// <exception cref="ScottConfigurationException">There is not one for each class, or one is not in [0, 1].</exception>
    public ScottClassifier WithThresholds(IReadOnlyList<float> thresholds)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        return IsMultiLabel ? new ScottClassifier(Model, Head, HeadWeights, ClassNames, thresholds) : throw new InvalidOperationException(
            "The classes of this classifier exclude each other, so they have no thresholds. FineTuneMultiLabel makes a classifier with thresholds.");
    }

    /// <summary>Writes the classifier as one self-describing safetensors file, atomically.</summary>
    /// <remarks><see cref="ScottModel.FromFileAsync"/> reads the backbone of such a file. Versions of this package that do not know multi-label
    /// classifiers refuse the file of one.</remarks>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">Cancels between tensors; the old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Dictionary<string, string> entries = ModelDescription.Of(Model).ToEntries();
        new ClassifierDescription(Head, ClassNames, Thresholds).AddTo(entries);
        var weights = new WeightSet(Model.Weights.Concat(HeadWeights.WithPrefix(ClassifierDescription.HeadPrefix)));
        return SafetensorsFile.WriteAsync(path, weights, entries, cancellationToken);
    }
}

/// <summary>Turns the normalized tokens of a backbone into one logit per class.</summary>
/// <remarks>The attentive heads: paper, section 4; reference: <c>src/models/classifiers/</c> at commit 8b6c6f9.</remarks>
public enum ClassifierHead
{
    /// <summary>A linear layer on the class token if the model has one, otherwise on the mean of the patches: D · C + C parameters.</summary>
    Linear,
    /// <summary>One learned importance per patch, the mean weighted by it, and a linear layer.</summary>
    SimpleAttentive,
    /// <summary>Four learned importances per patch, means of projected tokens weighted by these, and a small network.</summary>
    MultiHeadAttentive,
    /// <summary>A learned query reads the tokens by cross-attention with four heads.</summary>
    CrossAttentive,
}
