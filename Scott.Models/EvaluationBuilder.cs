using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Evaluation;
using Scott.Models.Imaging;
using Scott.Models.Native;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Sets up an evaluation of frozen features and carries it out. Made by <see cref="ScottModel.Evaluate"/>; the last call of each kind wins. Not thread-safe.</summary>
public sealed class EvaluationBuilder
{
    private readonly ModelSnapshot _model;
    private readonly IImageDataset _training;
    private readonly IImageDataset _validation;
    private ProbeOptions _options = new();
    private TorchDevice _device = TorchDevice.Auto;
    private ImageDecodingOptions _decoding = new();

    internal EvaluationBuilder(ModelSnapshot model, IImageDataset training, IImageDataset validation)
    {
        _model = model;
        _training = training;
        _validation = validation;
    }

    /// <summary>How the attentive probe is trained.</summary>
    /// <param name="options">Replaces all of it.</param>
    public EvaluationBuilder WithProbe(ProbeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        return this;
    }

    /// <summary>Decides the probe's first weights, the order of pictures and dropout.</summary>
    /// <param name="seed">See <see cref="ProbeOptions.Seed"/>.</param>
    public EvaluationBuilder WithSeed(long seed)
    {
        _options = _options with { Seed = seed };
        return this;
    }

    /// <summary>How pictures are decoded.</summary>
    /// <param name="options">The new options.</param>
    public EvaluationBuilder WithDecoding(ImageDecodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _decoding = options;
        return this;
    }

    /// <summary>Where the encoder computes.</summary>
    /// <param name="device">See <see cref="TorchDevice"/>.</param>
    public EvaluationBuilder UseDevice(TorchDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        return this;
    }

    /// <summary>
    /// Encodes every labelled picture once and runs the probes. Pictures that cannot be read are left out. The patch tokens of all pictures are
    /// held in memory: 4 · N · D bytes each, 38 kB for <c>scott-mini-112</c> and 301 kB for <c>scott-12-16-224</c>.
    /// </summary>
    /// <param name="progress">Told after each few pictures and each epoch of the probe.</param>
    /// <param name="cancellationToken">Cancels between pictures and between the probe's steps.</param>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="DatasetException">No picture is labelled and can be read.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    public Task<EvaluationResult> RunAsync(IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) => TorchThread.RunAsync(
        () => new ModelEvaluator(_model, _device, _decoding, _options).RunAsync(_training, _validation, progress, cancellationToken));
}
