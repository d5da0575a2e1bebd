using Scott.Models.Backbones;
using Scott.Models.Configuration;
using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Features;
using Scott.Models.Native;
using Scott.Models.Onnx;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models;

/// <summary>
/// A model as data: architecture, preprocessing, weights and what is known about them. Immutable and thread-safe; holds no torch object and
/// needs no disposal. Making, reading and saving one never loads libtorch.
/// </summary>
public sealed class ScottModel
{
    private ScottModel(ScottArchitecture architecture, PreprocessingSpec preprocessing, WeightSet weights, ModelMetadata metadata)
    {
        Architecture = architecture;
        Preprocessing = preprocessing;
        Weights = weights;
        Metadata = metadata;
    }

    /// <summary>The backbone's shape.</summary>
    public ScottArchitecture Architecture { get; }

    /// <summary>What happens to a picture before the backbone sees it.</summary>
    public PreprocessingSpec Preprocessing { get; }

    /// <summary>The weights, under the reference's state-dict names.</summary>
    public WeightSet Weights { get; }

    /// <summary>The model's name, licence and provenance.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>The number of trained parameters; the fixed position table does not count.</summary>
    public long TrainableParameters => BackboneLayout.Backbone(Architecture).Where(spec => spec.IsTrained).Sum(spec => (long)spec.ElementCount);

    /// <summary>A new, untrained model of a named size.</summary>
    /// <param name="architectureName">One of <see cref="ScottArchitectures.Names"/>, for example <c>scott-mini-112</c>.</param>
    /// <param name="seed">Decides the weights: the same on every machine.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public static ScottModel Create(string architectureName, long seed)
    {
        ScottModel model = Create(ScottArchitectures.Get(architectureName), seed);
        return model.WithMetadata(model.Metadata with { Id = architectureName });
    }

    /// <summary>A new, untrained model, initialised as the reference does it.</summary>
    /// <param name="architecture">Any legal architecture.</param>
    /// <param name="seed">Decides the weights: the same on every machine.</param>
    /// <exception cref="ScottConfigurationException">The architecture is not legal.</exception>
    public static ScottModel Create(ScottArchitecture architecture, long seed)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        return new ScottModel(
            architecture,
            PreprocessingSpec.ForImage(architecture.ImagePixels),
            BackboneLayout.Initialize(BackboneLayout.Backbone(architecture), seed),
            new ModelMetadata { Provenance = $"initialised, seed {seed}" });
    }

    /// <summary>
    /// Reads a model that <see cref="SaveAsync"/> wrote, or a classifier's backbone, or imports foreign weights: a safetensors file without a description, or a PyTorch
    /// checkpoint, whose architecture the options give.
    /// </summary>
    /// <param name="path">The file. Its first bytes decide how it is read, not its name.</param>
    /// <param name="options">The architecture of foreign weights, and where the bytes live; not needed for a file of this package.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    /// <exception cref="ScottException">The file is damaged, does not describe a model, or its weights do not fit its description.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<ScottModel> FromFileAsync(string path, ModelFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ModelFileOptions();
        if (await ModelFile.IsPyTorchAsync(path, cancellationToken).ConfigureAwait(false))
        {
            var description = ModelDescription.ForForeign(path, options);
            return FromParts(path, description, await PyTorchCheckpoint.ReadAsync(path, options.Under, cancellationToken).ConfigureAwait(false));
        }

        return FromContent(path, await SafetensorsFile.ReadAsync(path, options.Storage, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>
    /// A pretrained model: from inside the package, from the cache, or downloaded, verified and kept there. An embedded model needs neither disk nor
    /// network.
    /// </summary>
    /// <param name="id">The model, for example <c>scott-mini-112</c>; <see cref="ScottModels.List"/> lists them.</param>
    /// <param name="options">Where to look, fetch and keep; see <see cref="ZooOptions"/> for the defaults.</param>
    /// <param name="progress">Told how far each file is.</param>
    /// <param name="cancellationToken">Stops. What has arrived stays, and the next call goes on from it.</param>
    /// <exception cref="ModelUnavailableException">There is no such model, it has no weights, or the network would be needed and is forbidden.</exception>
    /// <exception cref="DownloadException">No source delivered the right bytes.</exception>
    /// <exception cref="ModelCacheException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="ManifestException">A manifest cannot be read, or is wrong.</exception>
    public static async Task<ScottModel> FromPretrainedAsync(
        string id, ZooOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        options ??= new ZooOptions();
        PretrainedWeights found = await new ModelZoo(options).OpenAsync(id, progress, cancellationToken).ConfigureAwait(false);
        var reading = new ModelFileOptions
        {
            Architecture = found.Model.Architecture,
            Preprocessing = found.Model.Preprocessing,
            Storage = options.Storage,
        };
        SafetensorsContent content = found.Embedded is { } bytes
            ? SafetensorsFile.Read(found.Path, bytes)
            : await SafetensorsFile.ReadAsync(found.Path, options.Storage, cancellationToken).ConfigureAwait(false);
        ScottModel model = FromContent(found.Path, content, reading);

        // The file was written before it had a revision; the manifest knows both.
        return model.WithMetadata(model.Metadata with
        {
            Id = found.Model.Id,
            Revision = found.Model.Revision,
            License = model.Metadata.License ?? found.Model.License,
        });
    }

    /// <summary>Writes the model as one self-describing safetensors file, atomically.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">Cancels between tensors; the old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        SafetensorsFile.WriteAsync(path, Weights, new ModelDescription(Architecture, Preprocessing, Metadata).ToEntries(), cancellationToken);

    /// <summary>
    /// The same model for another image size: the position table is interpolated bicubically, every other weight is shared, and the
    /// preprocessing's resize grows in proportion.
    /// </summary>
    /// <param name="imagePixels">The new side, a multiple of the architecture's patch.</param>
    /// <exception cref="ScottConfigurationException">The side is not legal.</exception>
    public ScottModel WithImageSize(int imagePixels)
    {
        ScottArchitecture architecture = Architecture with { ImagePixels = imagePixels };
        architecture.Validate();
        WeightTensor old = Weights[BackboneLayout.PositionName];
        int width = architecture.EmbeddingWidth;
        float[] table = PositionTable.Resample(old.ToArray(), width, architecture.RegisterTokens, Architecture.GridSide, architecture.GridSide);
        var resized = WeightTensor.Create(old.Name, [table.Length / width, width], table);
        double scale = (double)imagePixels / Architecture.ImagePixels;
        int resize = Math.Max(imagePixels, (int)Math.Round(Preprocessing.ResizePixels * scale, MidpointRounding.AwayFromZero));
        PreprocessingSpec preprocessing = Preprocessing with { ImagePixels = imagePixels, ResizePixels = resize };
        return new ScottModel(architecture, preprocessing, new WeightSet(Weights.Select(tensor => tensor.Name == old.Name ? resized : tensor)), Metadata);
    }

    /// <summary>
    /// The same model with weights in half precision, rounded to nearest: half the file, and single precision again wherever something is computed.
    /// Train on from the original, not from this.
    /// </summary>
    /// <exception cref="InvalidOperationException">A weight is beyond ±65 504, or no number.</exception>
    public ScottModel WithFloat16Weights() => WithWeights(Weights.ToFloat16());

    /// <summary>The same model with other metadata.</summary>
    /// <param name="metadata">Replaces all of it.</param>
    public ScottModel WithMetadata(ModelMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new ScottModel(Architecture, Preprocessing, Weights, metadata);
    }

    /// <summary>The backbone as a TorchSharp module, in evaluation mode. Loads libtorch. The caller disposes it.</summary>
    /// <param name="device">Where it computes; <see cref="TorchDevice.Auto"/> if <see langword="null"/>.</param>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="DeviceNotAvailableException">The device is not on this machine.</exception>
    public Backbone CreateBackbone(TorchDevice? device = null) => Backbone.Create(Architecture, Weights, device ?? TorchDevice.Auto);

    /// <summary>Sets up a feature extractor: pictures in, vectors out. ONNX Runtime computes unless TorchSharp is asked for.</summary>
    public FeatureExtractorBuilder ExtractFeatures() => new(Snapshot());

    /// <summary>Sets up the export of the backbone to an ONNX file.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    public OnnxExportBuilder ExportOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new OnnxExportBuilder(path, side => new GraphSubject((side is { } pixels ? WithImageSize(pixels) : this).Snapshot(), null), TorchFeatureEngine.CreateRunner);
    }

    /// <summary>Sets up MIM-JEPA pre-training on pictures without labels. Needs libtorch. The model itself stays as it is.</summary>
    /// <param name="dataset">The pictures, for example <see cref="ImageFolder.Open"/>.</param>
    public PretrainingBuilder Pretrain(IImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new PretrainingBuilder(this, dataset);
    }

    /// <summary>Sets up a measurement of what the frozen features are worth on labelled pictures. Needs libtorch.</summary>
    /// <param name="training">What the probes learn from, for example <see cref="ImageFolder.OpenLabeled"/>. A part of it is kept for validation.</param>
    /// <param name="test">What they are tested on; of the same classes, in any order.</param>
    /// <exception cref="ArgumentException">The classes differ, or there are none.</exception>
    public EvaluationBuilder Evaluate(IImageDataset training, IImageDataset test)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        return new EvaluationBuilder(Snapshot(), training, LabelledClasses.Align(training.ClassNames, test, nameof(test)));
    }

    /// <summary>Sets up fine-tuning to a classifier on labelled pictures; of a fresh model, supervised training from scratch. Needs libtorch.</summary>
    /// <param name="labeled">The pictures, for example <see cref="ImageFolder.OpenLabeled"/>. Those without a label are left out.</param>
    public FineTuningBuilder FineTune(IImageDataset labeled)
    {
        ArgumentNullException.ThrowIfNull(labeled);
        return new FineTuningBuilder(this, labeled);
    }

    /// <summary>The model in a file; of a classifier's file, its backbone.</summary>
    internal static ScottModel FromContent(string path, SafetensorsContent content, ModelFileOptions options)
    {
        WeightSet weights = options.Under is null ? content.Tensors : content.Tensors.Under(options.Under + ".");
        if (ClassifierDescription.Find(path, content.Metadata) is not null)
        {
            weights = new WeightSet(weights.Where(weight => !weight.Name.StartsWith(ClassifierDescription.HeadPrefix, StringComparison.Ordinal)));
        }

        return FromParts(path, ModelDescription.Read(path, content.Metadata, options), weights);
    }

    private static ScottModel FromParts(string path, ModelDescription description, WeightSet weights)
    {
        WeightCheck.Require($"'{path}'", weights, BackboneLayout.Backbone(description.Architecture));
        return new ScottModel(description.Architecture, description.Preprocessing, weights, description.Metadata);
    }

    /// <summary>The same model with other weights, which are known to fit.</summary>
    internal ScottModel WithWeights(WeightSet weights) => new(Architecture, Preprocessing, weights, Metadata);

    internal ModelSnapshot Snapshot() => new(Architecture, Preprocessing, Weights, Metadata);
}
