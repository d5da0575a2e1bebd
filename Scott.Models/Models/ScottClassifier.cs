using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>
/// A classifier as data: a backbone, a head and the names of the classes. Immutable and thread-safe; holds no torch object and needs no disposal.
/// Made by <see cref="TrainingExtensions.FineTune"/>, or read from a file.
/// </summary>
public sealed class ScottClassifier
{
    /// <param name="model">The backbone.</param>
    /// <param name="head">What turns its tokens into classes.</param>
    /// <param name="headWeights">The head's, as <see cref="HeadLayout.Of"/> names them.</param>
    /// <param name="classNames">In the order of the logits.</param>
    /// <exception cref="ScottConfigurationException">The names are not legal.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the head.</exception>
    internal ScottClassifier(ScottModel model, ClassifierHead head, WeightSet headWeights, IReadOnlyList<string> classNames)
    {
        new ClassifierDescription(head, classNames).Validate();
        WeightCheck.Require("the classifier's head", headWeights, HeadLayout.Of(head, model.Architecture.EmbeddingWidth, classNames.Count));
        Model = model;
        Head = head;
        HeadWeights = headWeights;
        ClassNames = [.. classNames];
    }

    /// <summary>The backbone, with what is known about the classifier as its metadata.</summary>
    public ScottModel Model { get; }

    /// <summary>What turns the backbone's tokens into one number per class.</summary>
    public ClassifierHead Head { get; }

    /// <summary>The head's weights, under the reference's state-dict names.</summary>
    public WeightSet HeadWeights { get; }

    /// <summary>The classes, in the order of the logits; each name once.</summary>
    public IReadOnlyList<string> ClassNames { get; }

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
            path, $"'{path}' holds no classifier. If it holds a backbone, read it with ScottModel.FromFileAsync and make a classifier of it with FineTune.");
        ScottModel model = ScottModel.FromContent(path, content, new ModelFileOptions());
        WeightSet head = content.Tensors.StripPrefix(ClassifierDescription.HeadPrefix);
        WeightCheck.Require($"'{path}'", head, HeadLayout.Of(classifier.Head, model.Architecture.EmbeddingWidth, classifier.ClassNames.Count));
        return new ScottClassifier(model, classifier.Head, head, classifier.ClassNames);
    }

    /// <summary>The same classifier with weights in half precision: see <see cref="ScottModel.WithFloat16Weights"/>.</summary>
    /// <exception cref="InvalidOperationException">A weight is beyond ±65 504, or no number.</exception>
    public ScottClassifier WithFloat16Weights() => new(Model.WithFloat16Weights(), Head, HeadWeights.ToFloat16(), ClassNames);

    /// <summary>Writes the classifier as one self-describing safetensors file, atomically. <see cref="ScottModel.FromFileAsync"/> reads its backbone.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">Cancels between tensors; the old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Dictionary<string, string> entries = new ModelDescription(Model.Architecture, Model.Preprocessing, Model.Metadata).ToEntries();
        new ClassifierDescription(Head, ClassNames).AddTo(entries);
        return SafetensorsFile.WriteAsync(
            path, new WeightSet(Model.Weights.Concat(HeadWeights.WithPrefix(ClassifierDescription.HeadPrefix))), entries, cancellationToken);
    }
}
