using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>
/// Sets up the export of a backbone or a classifier to an ONNX file and writes it. <c>ScottModel.ExportOnnx</c> and
/// <c>ScottClassifier.ExportOnnx</c> make it; the last call of each kind wins. Not thread-safe; unusable after <see cref="SaveAsync"/>.
/// </summary>
/// <remarks>
/// The input is <c>images</c>. A backbone's outputs are <c>tokens</c> [batch, N, D] and <c>embedding</c> [batch, D], or [batch, 2·D] of class
/// token and mean joined; a classifier's are <c>logits</c>
/// and <c>probabilities</c> [batch, C]. The batch size is free. The metadata holds model id, architecture, preprocessing, license and a classifier's
/// class names; of a multi-label classifier, whose probabilities are sigmoids, also <c>scott.label_thresholds</c>: a JSON list with the probability
/// of each class from which on an image has it. An export does not need libtorch, but is compared with it if it is installed.
/// </remarks>
public sealed class OnnxExportBuilder
{
    private readonly string _path;
    private readonly ScottModel _model;
    private readonly ScottClassifier? _classifier;
    private readonly ReferenceEngine _torch;
    private readonly BuilderState _state;
    private OnnxExportOptions _options = new();
    private CalibrationImages? _calibrationImages;

    /// <summary>An export of a backbone, or of a classifier with that backbone.</summary>
    internal OnnxExportBuilder(string path, ScottModel model, ScottClassifier? classifier, ReferenceEngine torch)
    {
        (_path, _model, _classifier, _torch) = (path, model, classifier, torch);
        _state = new BuilderState("run", $"{(classifier is null ? nameof(ScottModel) : nameof(ScottClassifier))}.ExportOnnx(path)");
    }

    /// <summary>Replaces all options.</summary>
    /// <param name="options">The new options.</param>
    public OnnxExportBuilder WithOptions(OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _calibrationImages = null;
        return Set(_ => options);
    }

    /// <summary>Sets the number format of weights and arithmetic.</summary>
    /// <param name="precision">See <see cref="OnnxExportOptions.Precision"/>.</param>
    public OnnxExportBuilder WithPrecision(OnnxPrecision precision)
    {
        _calibrationImages = null;
        return Set(options => options with { Precision = precision });
    }

    /// <summary>Halves the file: stores weights in half precision and computes in single precision.</summary>
    public OnnxExportBuilder WithFloat16Weights() => WithPrecision(OnnxPrecision.Float16Weights);

    /// <summary>Stores weights and computes in half precision, for GPUs.</summary>
    public OnnxExportBuilder WithFloat16() => WithPrecision(OnnxPrecision.Float16);

    /// <summary>Computes linear layers in 8-bit integers, for CPUs, with scales that are computed at run time for each batch. With images,
    /// <see cref="InferenceExtensions.WithInt8(OnnxExportBuilder, IEnumerable{Imaging.ImageSource}, Imaging.ImageDecodingOptions)"/> writes scales
    /// into the file.</summary>
    public OnnxExportBuilder WithInt8() => WithPrecision(OnnxPrecision.Int8);

    /// <summary>Sets the operators that the graph may use.</summary>
    /// <param name="operatorSet">See <see cref="OnnxExportOptions.OperatorSet"/>.</param>
    public OnnxExportBuilder WithOperatorSet(OnnxOperatorSet operatorSet) => Set(options => options with { OperatorSet = operatorSet });

    /// <summary>Exports for another image size than the model's.</summary>
    /// <param name="imagePixels">See <see cref="OnnxExportOptions.ImagePixels"/>.</param>
    public OnnxExportBuilder WithImageSize(int imagePixels) => Set(options => options with { ImagePixels = imagePixels });

    /// <summary>Makes the input uint8 [batch, H, W, C], for images in color red, green, blue, and normalizes inside the graph.</summary>
    public OnnxExportBuilder WithByteInput() => Set(options => options with { ByteInput = true });

    /// <summary>Leaves the output <c>tokens</c> without the feature norm. For a backbone only.</summary>
    public OnnxExportBuilder WithRawTokens() => Set(options => options with { NormalizeTokens = false });

    /// <summary>Scales the output <c>embedding</c> to length 1. For a backbone only.</summary>
    public OnnxExportBuilder WithUnitLength() => Set(options => options with { UnitLength = true });

    /// <summary>Sets what the graph is compared with before it is written.</summary>
    /// <param name="reference">See <see cref="OnnxParityReference"/>.</param>
    public OnnxExportBuilder WithParityReference(OnnxParityReference reference) =>
        Set(options => options with { VerifyParity = true, ParityReference = reference, GoldenOutputs = null });

    /// <summary>Compares the graph with known outputs before it is written. For a backbone only.</summary>
    /// <param name="golden">Normalized images and their known tokens.</param>
    public OnnxExportBuilder WithGoldenOutputs(OnnxGoldenOutputs golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        return Set(options => options with { VerifyParity = true, GoldenOutputs = golden });
    }

    /// <summary>Sets how the output <c>embedding</c> is made of the tokens.</summary>
    /// <param name="pooling">See <see cref="OnnxExportOptions.Pooling"/>.</param>
    public OnnxExportBuilder WithPooling(EmbeddingPooling pooling) => Set(options => options with { Pooling = pooling });

    /// <summary>Writes the file without running the graph. Without calibration images this needs neither ONNX Runtime nor libtorch.</summary>
    public OnnxExportBuilder WithoutVerification() => Set(options => options with { VerifyParity = false });

    /// <summary>Emits the graph, verifies it, and writes the file atomically.</summary>
    /// <param name="progress">Called when each stage begins.</param>
    /// <param name="cancellationToken">Cancels between stages and while writing. An existing file then stays unchanged.</param>
    /// <exception cref="ScottConfigurationException">An option or the image size is not legal.</exception>
    /// <exception cref="OnnxExportException">The graph does not agree with the model, or does not run, or a weight does not fit the number
    /// format.</exception>
    /// <exception cref="ModelTooLargeException">The graph would be over 2 GB.</exception>
    /// <exception cref="NativeLibraryException">ONNX Runtime, or libtorch if you ask for it, is missing or does not load.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException"><see cref="SaveAsync"/> was called before.</exception>
    public async Task<OnnxExportResult> SaveAsync(IProgress<OnnxExportStage>? progress = null, CancellationToken cancellationToken = default)
    {
        _state.UseUp();
        OnnxExportOptions options = _options;
        options.Validate();
        ScottModel model = options.ImagePixels is { } pixels ? _model.WithImageSize(pixels) : _model;
        RequirePooling(options, model.Architecture);
        options.GoldenOutputs?.Validate(model.Architecture);
        if (_classifier is not null)
            options.ValidateForClassifier();

        Calibration? calibration = null;
        if (options.Precision == OnnxPrecision.Int8 && _calibrationImages is { } images)
        {
            progress?.Report(OnnxExportStage.Calibrating);
            calibration = await Task.Run(() => CalibrateAsync(model, images, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        progress?.Report(OnnxExportStage.Emitting);
        cancellationToken.ThrowIfCancellationRequested();
        var graphOptions = GraphOptions.Of(model.Architecture, options, _classifier, calibration?.Ranges);
        byte[] graph = await Task.Run(() => Emit(model, graphOptions), cancellationToken).ConfigureAwait(false);
        OnnxParityReport? parity = null;
        if (options.VerifyParity)
        {
            progress?.Report(OnnxExportStage.Verifying);
            parity = await Task.Run(() => Verify(graph, model, calibration?.Images), cancellationToken).ConfigureAwait(false);
        }

        progress?.Report(OnnxExportStage.Writing);
        await AtomicFile.WriteBytesAsync(_path, graph, cancellationToken).ConfigureAwait(false);
        return new OnnxExportResult(_path, graph.Length, parity);
    }

    private async Task<Calibration> CalibrateAsync(ScottModel model, CalibrationImages images, CancellationToken cancellationToken)
    {
        try
        {
            return await RangeCalibration.MeasureAsync(_path, model, images, cancellationToken).ConfigureAwait(false);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new OnnxExportException(
                _path, $"The ranges for '{_path}' cannot be measured: {exception.Message} Choose smaller images, or WithInt8() without images.",
                innerException: exception);
        }
    }

    /// <summary>Computes in 8-bit integers with scales that are measured on images.</summary>
    internal OnnxExportBuilder WithInt8(CalibrationImages images)
    {
        WithInt8();
        _calibrationImages = images;
        return this;
    }

    private static void RequirePooling(OnnxExportOptions options, ScottArchitecture architecture)
    {
        var faults = new FaultList(nameof(OnnxExportOptions));
        faults.RequirePooling(options.Pooling, architecture);
        faults.ThrowIfAny();
    }

    private OnnxExportBuilder Set(Func<OnnxExportOptions, OnnxExportOptions> change)
    {
        _state.ThrowIfUsedUp();
        _options = change(_options);
        return this;
    }

    private byte[] Emit(ScottModel model, GraphOptions options)
    {
        try
        {
            return ModelGraph.Serialize(model, _classifier, options);
        }
        catch (UnfitWeightException exception)
        {
            throw new OnnxExportException(_path, $"'{_path}' was not written: {exception.Message}", innerException: exception);
        }
    }

    private OnnxParityReport Verify(byte[] graph, ScottModel model, byte[]? images)
    {
        OnnxParityReport report;
        try
        {
            report = ParityCheck.Run(graph, model, _classifier, _options, _torch, images);
        }
        catch (OnnxRuntimeException exception)
        {
            string advice = "Choose another precision or operator set, or export without verification.";
            throw new OnnxExportException(_path, $"The graph for '{_path}' does not run: {exception.Message} {advice}", innerException: exception);
        }

        (double difference, double cosine) = (_options.EffectiveMaximumDifference, _options.EffectiveMinimumCosine);
        return report.IsWithin(difference, cosine) ? report : throw new OnnxExportException(
            _path,
            FormattableString.Invariant(
                $"'{_path}' was not written: the graph disagrees with the model, {report}; allowed are {difference} and {cosine}. ")
                + "Export with more precision, or set MaximumDifference and MinimumCosine to what you can accept.",
            report.MaximumDifference,
            report.MinimumCosine);
    }
}
