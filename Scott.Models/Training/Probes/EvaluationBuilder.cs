using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Sets up an evaluation of frozen features and runs it. Made by <see cref="TrainingExtensions.Evaluate"/>.</summary>
/// <remarks>The last call of each kind wins. Unusable after <see cref="RunAsync"/>. Not thread-safe.</remarks>
public sealed class EvaluationBuilder
{
    private readonly BuilderState _state = new("run", "ScottModel.Evaluate()");
    private readonly ScottModel _model;
    private readonly IImageDataset _training;
    private readonly IImageDataset _test;
    private IImageDataset? _validation;
    private EvaluationOptions _options = new();
    private TorchDevice _device = TorchDevice.Auto;
    private ImageDecodingOptions _decoding = new();
    private ILogger _logger = NullLogger.Instance;

    internal EvaluationBuilder(ScottModel model, IImageDataset training, IImageDataset test) => (_model, _training, _test) = (model, training, test);

    /// <summary>Replaces every setting of the probes.</summary>
    /// <param name="options">The new settings.</param>
    public EvaluationBuilder WithOptions(EvaluationOptions options) => Set(options, value => _options = value);

    /// <summary>Sets the images that decide settings and the best attentive probe. Without them, some training images are set aside.</summary>
    /// <param name="validation">Labeled images of the same classes that are neither training nor test images.</param>
    /// <exception cref="ArgumentException">It has a class that the training images do not have, or there are no classes.</exception>
    public EvaluationBuilder WithValidation(IImageDataset validation) =>
        Set(validation, value => _validation = LabeledClasses.Align(_training.ClassNames, value, nameof(validation)));

    /// <summary>Sets the share of each class's training images that is set aside for validation.</summary>
    /// <param name="ratio">See <see cref="EvaluationOptions.ValidationRatio"/>.</param>
    public EvaluationBuilder WithValidationRatio(double ratio) => WithOptions(_options with { ValidationRatio = ratio });

    /// <summary>Sets how nearest neighbors vote.</summary>
    /// <param name="count">See <see cref="EvaluationOptions.Neighbors"/>.</param>
    /// <param name="temperature">See <see cref="EvaluationOptions.NeighborTemperature"/>.</param>
    public EvaluationBuilder WithNeighbors(int count, double temperature = NearestNeighbors.Temperature) =>
        WithOptions(_options with { Neighbors = count, NeighborTemperature = temperature });

    /// <summary>Also measures nearest neighbors and the linear probe with a few training images of each class.</summary>
    /// <param name="perClass">See <see cref="EvaluationOptions.FewShotPerClass"/>.</param>
    /// <param name="repeats">See <see cref="EvaluationOptions.FewShotRepeats"/>.</param>
    public EvaluationBuilder WithFewShot(IReadOnlyList<int> perClass, int repeats = EvaluationOptions.DefaultFewShotRepeats) =>
        Set(perClass, value => _options = _options with { FewShotPerClass = [.. value], FewShotRepeats = repeats });

    /// <summary>Sets the vector that nearest neighbors and the linear probe compare.</summary>
    /// <param name="pooling">See <see cref="EvaluationOptions.Pooling"/>.</param>
    public EvaluationBuilder WithPooling(EmbeddingPooling pooling) => WithOptions(_options with { Pooling = pooling });

    /// <summary>Trains these attentive probes only.</summary>
    /// <param name="heads">See <see cref="EvaluationOptions.AttentiveProbes"/>.</param>
    public EvaluationBuilder WithAttentiveProbes(params IEnumerable<ClassifierHead> heads) =>
        Set(heads, value => _options = _options with { AttentiveProbes = [.. value] });

    /// <summary>Sets how the attentive probes are trained.</summary>
    /// <param name="options">The new options, which replace all earlier ones.</param>
    public EvaluationBuilder WithProbe(ProbeOptions options) => Set(options, value => _options = _options with { Probe = value });

    /// <summary>Sets the seed that decides every random draw.</summary>
    /// <param name="seed">See <see cref="ProbeOptions.Seed"/>.</param>
    public EvaluationBuilder WithSeed(long seed) => WithProbe(_options.Probe with { Seed = seed });

    /// <summary>Sets how images are decoded, and how large they may be.</summary>
    /// <param name="options">The new options, which replace all earlier ones.</param>
    public EvaluationBuilder WithDecoding(ImageDecodingOptions options) => Set(options, value => _decoding = value);

    /// <summary>Sets where the encoder and the attentive probes compute.</summary>
    /// <param name="device">See <see cref="TorchDevice"/>.</param>
    public EvaluationBuilder UseDevice(TorchDevice device) => Set(device, value => _device = value);

    /// <summary>Sets where warnings go, for example about unreadable images.</summary>
    /// <param name="logger">The app's logger.</param>
    public EvaluationBuilder WithLogger(ILogger logger) => Set(logger, value => _logger = value);

    /// <summary>Encodes every labeled image once and runs all probes. Images that cannot be read are left out, unless
    /// <see cref="EvaluationOptions.FailOnUnreadable"/> is set.</summary>
    /// <remarks>Memory for each image's patch tokens: 4 · N · D bytes, 38 kB for <c>scott-mini-112</c>, 301 kB for <c>scott-12-16-224</c>.</remarks>
    /// <param name="progress">Gets the progress after each few images, each few-shot draw and each epoch of the attentive probes.</param>
    /// <param name="cancellationToken">Cancels between images and between the probes' steps.</param>
    /// <exception cref="ScottConfigurationException">An option is not legal, or an attentive probe diverges.</exception>
    /// <exception cref="DatasetException">
    /// A split or a class has no image that can be read, no validation images can be set aside, or a class has too few for few-shot draws. Or an
    /// image cannot be read, and <see cref="EvaluationOptions.FailOnUnreadable"/> is set.
    /// </exception>
    /// <exception cref="FeatureException">The model computes numbers that are not finite for an image.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="DeviceNotAvailableException">This machine does not have the device.</exception>
    /// <exception cref="InvalidOperationException">The builder has run before.</exception>
    public async Task<EvaluationResult> RunAsync(IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        _state.UseUp();
        _options.Validate();
        var faults = new FaultList(nameof(EvaluationOptions));
        faults.RequirePooling(_options.Pooling, _model.Architecture);
        faults.ThrowIfAny();
        var evaluator = new ModelEvaluator(
            _model, _device, _decoding.ForChannels(_model.Architecture.Channels), _options, _logger);
        return await TorchThread.RunAsync(
            () => evaluator.RunAsync(_training, _validation, _test, TorchThread.ForApp(progress), cancellationToken)).ConfigureAwait(false);
    }

    private EvaluationBuilder Set<T>(T value, Action<T> set, [CallerArgumentExpression(nameof(value))] string parameter = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        _state.ThrowIfUsedUp();
        set(value);
        return this;
    }
}
