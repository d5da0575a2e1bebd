using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>
/// A model as data: architecture, preprocessing, weights and metadata. Immutable and thread-safe; holds no torch object and needs no disposal.
/// Making, reading and saving a model never loads libtorch.
/// </summary>
public sealed class ScottModel
{
    private string? _checksum;

    /// <summary>A model of parts that are known to fit each other.</summary>
    internal ScottModel(ScottArchitecture architecture, PreprocessingSpec preprocessing, WeightSet weights, ModelMetadata metadata) =>
        (Architecture, Preprocessing, Weights, Metadata) = (architecture, preprocessing, weights, metadata);

    /// <summary>The architecture of the backbone.</summary>
    public ScottArchitecture Architecture { get; }

    /// <summary>What happens to an image before the backbone sees it.</summary>
    public PreprocessingSpec Preprocessing { get; }

    /// <summary>The weights, under the reference's state-dict names.</summary>
    public WeightSet Weights { get; }

    /// <summary>The model's name, license and provenance.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>The number of trained parameters; the fixed position table does not count.</summary>
    public long TrainableParameters => BackboneLayout.Backbone(Architecture).Where(spec => spec.IsTrained).Sum(spec => (long)spec.ElementCount);

    /// <summary>See <see cref="ModelFingerprint.Checksum"/>. Computed when it is first needed.</summary>
    internal string Checksum => _checksum ??= ModelFingerprint.Checksum(Architecture, Weights);

    /// <summary>Makes a new, untrained model of a named architecture.</summary>
    /// <param name="architectureName">One of <see cref="ScottArchitectures.Names"/>, for example <c>scott-mini-112</c>.</param>
    /// <param name="seed">Decides the weights: the same on every machine.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public static ScottModel Create(string architectureName, long seed)
    {
        ScottModel model = Create(ScottArchitectures.Get(architectureName), seed);
        return model.WithMetadata(model.Metadata with { Id = architectureName });
    }

    /// <summary>Makes a new, untrained model, with initial weights as in the reference.</summary>
    /// <param name="architecture">Any legal architecture.</param>
    /// <param name="seed">Decides the weights: the same on every machine.</param>
    /// <exception cref="ScottConfigurationException">The architecture is not legal.</exception>
    public static ScottModel Create(ScottArchitecture architecture, long seed)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        return new ScottModel(
            architecture, PreprocessingSpec.For(architecture),
            WeightSpec.Initialize(BackboneLayout.Backbone(architecture), seed),
            new ModelMetadata { Provenance = $"initialized, seed {seed}" });
    }

    /// <summary>
    /// Reads a model that <see cref="SaveAsync"/> wrote, or the backbone of a saved classifier. Also imports foreign weights from a PyTorch
    /// checkpoint, or from a safetensors file without a description; the options must then give the architecture.
    /// </summary>
    /// <param name="path">The file. Its first bytes, not its name, decide how it is read.</param>
    /// <param name="options">The architecture of foreign weights, and where the bytes are kept. Not needed for a file of this package.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    /// <exception cref="ScottException">The file is damaged, does not describe a model, or its weights do not fit its description.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<ScottModel> FromFileAsync(string path, ModelFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ModelFileOptions();
        if (await IsPyTorchAsync(path, cancellationToken).ConfigureAwait(false))
        {
            var description = ModelDescription.ForForeign(path, options);
            WeightSet weights = await PyTorchCheckpoint.ReadAsync(path, options.TensorPrefix, cancellationToken).ConfigureAwait(false);
            return FromParts(path, description, weights);
        }

        return FromContent(path, await SafetensorsFile.ReadAsync(path, options.Storage, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Reads a model from the bytes of a safetensors file, where an app has no file: in a browser, or from a database.</summary>
    /// <param name="bytes">The bytes. They are not copied, and must not change.</param>
    /// <param name="options">The architecture of foreign weights. Not needed for a file of this package. Its storage does not matter here.</param>
    /// <param name="name">What error messages call the bytes.</param>
    /// <exception cref="ScottException">The bytes are damaged, do not describe a model, or the weights do not fit the description.</exception>
    public static ScottModel FromBytes(ReadOnlyMemory<byte> bytes, ModelFileOptions? options = null, string name = "model")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FromContent(name, SafetensorsFile.Read(name, bytes), options ?? new ModelFileOptions());
    }

    /// <summary>
    /// Reads a standard ViT from a folder with the files of a Hugging Face repository: <c>config.json</c>, <c>preprocessor_config.json</c> (not for
    /// timm), and <c>model.safetensors</c> or <c>pytorch_model.bin</c>, one file or an index with its files. A classifier's head is left out.
    /// </summary>
    /// <remarks>Reads timm's <c>VisionTransformer</c> and the types <c>vit</c>, <c>dinov2</c> and <c>dinov2_with_registers</c> of transformers. The
    /// preprocessing is taken over exactly. What cannot be computed exactly is refused.</remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="storage">Where the bytes of safetensors files are kept.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    /// <exception cref="ModelFormatException">This package cannot compute the model exactly; <see cref="ModelFormatException.Field"/> says
    /// why.</exception>
    /// <exception cref="ScottException">A file is damaged, or the weights do not fit the configuration.</exception>
    /// <exception cref="IOException">A file cannot be opened or read.</exception>
    public static async Task<ScottModel> FromHuggingFaceFolderAsync(
        string folder, WeightStorage storage = WeightStorage.Managed, CancellationToken cancellationToken = default) =>
        (await HubFolder.ReadAsync(folder, storage, cancellationToken).ConfigureAwait(false)).Model;

    /// <summary>Writes the model as one self-describing safetensors file, atomically.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">Cancels between tensors; the old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        SafetensorsFile.WriteAsync(path, Weights, ModelDescription.Of(this).ToEntries(), cancellationToken);

    /// <summary>
    /// The same model for another size of square images. The position table is interpolated bicubically, the resize of the preprocessing is scaled
    /// in proportion, and all other weights are shared.
    /// </summary>
    /// <param name="imagePixels">The new side of the image, in pixels: a multiple of the architecture's patch side.</param>
    /// <exception cref="ScottConfigurationException">The side or the scaled resize is not legal.</exception>
    public ScottModel WithImageSize(int imagePixels) => WithImageSize(imagePixels, imagePixels);

    /// <summary>The same model for another height and width of images. See <see cref="WithImageSize(int)"/>.</summary>
    /// <param name="height">The new height of the image, in pixels: a multiple of the architecture's patch side.</param>
    /// <param name="width">The new width of the image, in pixels: a multiple of the architecture's patch side.</param>
    /// <exception cref="ScottConfigurationException">A side or the scaled resize is not legal.</exception>
    public ScottModel WithImageSize(int height, int width)
    {
        PreprocessingSpec preprocessing = Preprocessing.ForSize(height, width);
        preprocessing.Validate();
        return ResizedTo(preprocessing);
    }

    /// <summary>The same model with another window of its images' samples, see <see cref="SampleRange"/>. Training, extraction and export use it, and
    /// saved models keep it.</summary>
    /// <param name="range">The window; <see langword="null"/> for the whole range of the sample type.</param>
    /// <exception cref="ScottConfigurationException">The window is not legal.</exception>
    public ScottModel WithSampleRange(SampleRange? range)
    {
        PreprocessingSpec preprocessing = Preprocessing with { SampleRange = range };
        preprocessing.Validate();
        return new ScottModel(Architecture, preprocessing, Weights, Metadata);
    }

    /// <summary>The same model with another way to bring images to its size. Extraction, evaluation and export use it, and saved models keep it;
    /// training takes random crops whatever it is.</summary>
    /// <param name="mode">The way. With <see cref="ResizeMode.Stretch"/> and <see cref="ResizeMode.Letterbox"/> the model then sees the whole image,
    /// with <see cref="ResizeMode.ShortSide"/> the center, 7/8 of the short side.</param>
    /// <exception cref="ScottConfigurationException">The mode is not defined.</exception>
    public ScottModel WithResize(ResizeMode mode)
    {
        PreprocessingSpec preprocessing = Preprocessing.ForResize(mode);
        preprocessing.Validate();
        return new ScottModel(Architecture, preprocessing, Weights, Metadata);
    }

    /// <summary>The same model with another preprocessing of images of its size: filter, resize, mean and deviation, for weights that were trained
    /// with it. <see cref="WithImageSize(int)"/> and <see cref="WithImageChannels"/> change the size and the number of channels.</summary>
    /// <param name="preprocessing">The preprocessing. Saved models keep it.</param>
    /// <exception cref="ScottConfigurationException">A setting is not legal, or makes images of another size or with other channels.</exception>
    public ScottModel WithPreprocessing(PreprocessingSpec preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        preprocessing.Validate();
        var faults = new FaultList(nameof(PreprocessingSpec));
        faults.Require(
            (preprocessing.ImageHeight, preprocessing.ImageWidth) == (Architecture.ImageHeight, Architecture.ImageWidth),
            $"It makes images of {preprocessing.ImageText} pixels; expected {Preprocessing.ImageText}.");
        faults.Require(
            preprocessing.ChannelCount == Architecture.Channels,
            $"It makes images of {Plural.Of(preprocessing.ChannelCount, "channel")}; expected {Architecture.Channels}.");
        faults.ThrowIfAny();
        return new ScottModel(Architecture, preprocessing, Weights, Metadata);
    }

    /// <summary>The same model for the image size of a preprocessing, which replaces its own.</summary>
    internal ScottModel ResizedTo(PreprocessingSpec preprocessing)
    {
        ScottArchitecture architecture = Architecture with
        {
            ImagePixels = preprocessing.ImagePixels,
            ImageWidthPixels = preprocessing.ImageWidthPixels,
        };
        architecture.Validate();
        if (architecture.Grid == Architecture.Grid)
            return new ScottModel(architecture, preprocessing, Weights, Metadata);

        WeightTensor old = Weights[BackboneLayout.PositionName];
        int tokenWidth = architecture.EmbeddingWidth;
        float[] table = PositionTable.Resample(
            old.ToArray(), tokenWidth, architecture.PositionRegisters, Architecture.Grid, architecture.Grid,
            architecture.StandardVit?.PositionResampling ?? PositionResampling.Plain);
        var resized = WeightTensor.Create(old.Name, [table.Length / tokenWidth, tokenWidth], table);
        var weights = new WeightSet(Weights.Select(tensor => tensor.Name == old.Name ? resized : tensor));
        return new ScottModel(architecture, preprocessing, weights, Metadata);
    }

    /// <summary>
    /// The same model for images of another number of channels: the filters of its first layer are adapted, and all other weights are shared. Train
    /// it on such images before you rely on its features.
    /// </summary>
    /// <remarks>For one channel the filters of red, green and blue are summed, which gives the features of the gray image up to the normalization.
    /// For more, they are repeated in turn and scaled by 3 / C, so that sums keep their size. As <c>adapt_input_conv</c> of timm does.</remarks>
    /// <param name="channels">The number C of channels, 1 to 16.</param>
    /// <param name="normalization">The mean and deviation of each channel; <see langword="null"/> for the average of ImageNet's.</param>
    /// <exception cref="ScottConfigurationException">The number is not legal, or the normalization has another one.</exception>
    /// <exception cref="InvalidOperationException">This model already takes another number than three.</exception>
    public ScottModel WithImageChannels(int channels, ChannelNormalization? normalization = null)
    {
        if (Architecture.Channels == channels && normalization is null)
            return this;

        if (Architecture.ImageChannels is not null)
        {
            throw new InvalidOperationException(
                $"This model takes images of {Plural.Of(Architecture.Channels, "channel")}. Start from the model of three channels.");
        }

        ScottArchitecture architecture = Architecture with { ImageChannels = channels == ScottArchitecture.RgbChannels ? null : channels };
        architecture.Validate();
        PreprocessingSpec preprocessing = Preprocessing with { Channels = normalization ?? ChannelNormalization.Default(channels) };
        preprocessing.Validate();
        if (preprocessing.ChannelCount != channels)
        {
            throw new ScottConfigurationException(
                nameof(PreprocessingSpec), [$"Channels has {Plural.Of(preprocessing.ChannelCount, "mean")}; expected {channels}."]);
        }

        return new ScottModel(architecture, preprocessing, ChannelAdapter.Adapt(Weights, channels), Metadata);
    }

    /// <summary>
    /// The same model with weights in half precision, rounded to nearest. The file is half as large; computation stays in single precision.
    /// To continue training, use the original model.
    /// </summary>
    /// <exception cref="InvalidOperationException">A weight is beyond ±65 504, or not a number.</exception>
    public ScottModel WithFloat16Weights() => WithWeights(Weights.ToFloat16());

    /// <summary>The same model with other metadata.</summary>
    /// <param name="metadata">The new metadata. Replaces all of the old.</param>
    public ScottModel WithMetadata(ModelMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new ScottModel(Architecture, Preprocessing, Weights, metadata);
    }

    /// <summary>The same model with other weights, which are known to fit.</summary>
    internal ScottModel WithWeights(WeightSet weights) => new(Architecture, Preprocessing, weights, Metadata);

    /// <summary>The model in a file, or the backbone of the classifier in it.</summary>
    internal static ScottModel FromContent(string path, SafetensorsContent content, ModelFileOptions options)
    {
        WeightSet weights = options.TensorPrefix is { } prefix ? content.Tensors.StripPrefix(prefix + ".") : content.Tensors;
        if (ClassifierDescription.Find(path, content.Metadata) is not null)
            weights = new WeightSet(weights.Where(weight => !weight.Name.StartsWith(ClassifierDescription.HeadPrefix, StringComparison.Ordinal)));

        return FromParts(path, ModelDescription.Read(path, content.Metadata, options), weights);
    }

    private static ScottModel FromParts(string path, ModelDescription description, WeightSet weights)
    {
        if (ForeignWeights.NeedsTranslation(weights, description.Architecture))
            weights = ForeignWeights.Translate($"'{path}'", weights, description.Architecture).Backbone;

        WeightSpec.RequireFit($"'{path}'", weights, BackboneLayout.Backbone(description.Architecture));
        return new ScottModel(description.Architecture, description.Preprocessing, weights, description.Metadata);
    }

    private static async Task<bool> IsPyTorchAsync(string path, CancellationToken cancellationToken)
    {
        PlainFile.RequireReadable(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        byte[] start = new byte[9];
        int read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

        // A safetensors header can be 0x80 bytes long, so its length starts like a pickle; the brace behind the length settles it.
        return PyTorchCheckpoint.Recognizes(start.AsSpan(0, read)) && start[SafetensorsFile.LengthPrefixBytes] != (byte)'{';
    }
}
