namespace Scott.Models.Onnx;

/// <summary>
/// Sets up the export of a backbone or a classifier to an ONNX file and writes it. Made by <c>ScottModel.ExportOnnx</c> and
/// <c>ScottClassifier.ExportOnnx</c>; the last call of each kind wins. Not thread-safe. It may save more than once.
/// </summary>
/// <remarks>
/// Input <c>images</c>; outputs of a backbone <c>tokens</c> [batch, N, D] and <c>embedding</c> [batch, D], of a classifier <c>logits</c> and
/// <c>probabilities</c> [batch, C]; the batch is free. The metadata carry model id, architecture, preprocessing, license and a classifier's class
/// names. Never needs libtorch, but compares with it where it is there.
/// </remarks>
public sealed class OnnxExportBuilder
{
    private readonly string _path;
    private readonly ScottModel _model;
    private readonly ScottClassifier? _classifier;
    private readonly TorchReference _torch;
    private OnnxExportOptions _options = new();

    /// <param name="path">The file to write.</param>
    /// <param name="model">The backbone to export.</param>
    /// <param name="classifier">The classifier to export, whose backbone it is; <see langword="null"/> for the backbone alone.</param>
    /// <param name="torch">Makes the reference on TorchSharp.</param>
    internal OnnxExportBuilder(string path, ScottModel model, ScottClassifier? classifier, TorchReference torch)
    {
        _path = path;
        _model = model;
        _classifier = classifier;
        _torch = torch;
    }

    /// <summary>Replaces all options.</summary>
    /// <param name="options">The new ones.</param>
    public OnnxExportBuilder WithOptions(OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(_ => options);
    }

    /// <summary>The numbers that the file computes in.</summary>
    /// <param name="precision">See <see cref="OnnxExportOptions.Precision"/>.</param>
    public OnnxExportBuilder WithPrecision(OnnxPrecision precision) => Set(options => options with { Precision = precision });

    /// <summary>Halves the file: weights in half precision, arithmetic in single.</summary>
    public OnnxExportBuilder WithFloat16Weights() => Set(options => options with { Precision = OnnxPrecision.Float16Weights });

    /// <summary>Weights and arithmetic in half precision, for GPUs.</summary>
    public OnnxExportBuilder WithFloat16() => Set(options => options with { Precision = OnnxPrecision.Float16 });

    /// <summary>Linear layers in 8-bit integers, for CPUs.</summary>
    public OnnxExportBuilder WithInt8() => Set(options => options with { Precision = OnnxPrecision.Int8 });

    /// <summary>The operators the graph may use.</summary>
    /// <param name="operatorSet">See <see cref="OnnxExportOptions.OperatorSet"/>.</param>
    public OnnxExportBuilder WithOperatorSet(OnnxOperatorSet operatorSet) => Set(options => options with { OperatorSet = operatorSet });

    /// <summary>Another image size than the model's.</summary>
    /// <param name="imagePixels">See <see cref="OnnxExportOptions.ImagePixels"/>.</param>
    public OnnxExportBuilder WithImageSize(int imagePixels) => Set(options => options with { ImagePixels = imagePixels });

    /// <summary>Takes uint8 [batch, S, S, 3] and normalizes inside the graph.</summary>
    public OnnxExportBuilder WithByteInput() => Set(options => options with { ByteInput = true });

    /// <summary>Leaves the output <c>tokens</c> without the feature norm. Of a backbone only.</summary>
    public OnnxExportBuilder WithRawTokens() => Set(options => options with { NormalizeTokens = false });

    /// <summary>Scales the output <c>embedding</c> to length 1. Of a backbone only.</summary>
    public OnnxExportBuilder WithUnitLength() => Set(options => options with { NormalizeEmbedding = true });

    /// <summary>What the graph is compared with before it is written.</summary>
    /// <param name="reference">See <see cref="OnnxParityReference"/>.</param>
    public OnnxExportBuilder WithParityReference(OnnxParityReference reference) =>
        Set(options => options with { VerifyParity = true, ParityReference = reference, GoldenOutputs = null });

    /// <summary>Compares the graph with known outputs before it is written. Of a backbone only.</summary>
    /// <param name="golden">Images and their tokens.</param>
    public OnnxExportBuilder WithGoldenOutputs(OnnxGoldenOutputs golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        return Set(options => options with { VerifyParity = true, GoldenOutputs = golden });
    }

    /// <summary>Writes the file without running it. Then not even ONNX Runtime is needed.</summary>
    public OnnxExportBuilder WithoutVerification() => Set(options => options with { VerifyParity = false });

    /// <summary>Emits the graph, verifies it, and writes it, atomically.</summary>
    /// <param name="progress">Told as each stage begins.</param>
    /// <param name="cancellationToken">Cancels between stages and while writing; a file that was there before then stays.</param>
    /// <exception cref="ScottConfigurationException">An option or the image size is not legal.</exception>
    /// <exception cref="OnnxExportException">The graph does not agree with the model, or does not run.</exception>
    /// <exception cref="ModelTooLargeException">The graph would be over 2 GB.</exception>
    /// <exception cref="NativeLibraryException">ONNX Runtime, or libtorch if it is asked for, is missing or does not load.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<OnnxExportResult> SaveAsync(IProgress<OnnxExportStage>? progress = null, CancellationToken cancellationToken = default)
    {
        OnnxExportOptions options = _options;
        options.Validate();
        ScottModel model = options.ImagePixels is { } pixels ? _model.WithImageSize(pixels) : _model;
        options.GoldenOutputs?.Validate(model.Architecture);
        if (_classifier is not null)
        {
            options.ValidateForClassifier();
        }

        progress?.Report(OnnxExportStage.Emitting);
        cancellationToken.ThrowIfCancellationRequested();
        byte[] graph = await Task.Run(() => Serialize(model, options), cancellationToken).ConfigureAwait(false);
        OnnxParityReport? parity = null;
        if (options.VerifyParity)
        {
            progress?.Report(OnnxExportStage.Verifying);
            parity = await Task.Run(() => Verify(graph, model, options), cancellationToken).ConfigureAwait(false);
        }

        progress?.Report(OnnxExportStage.Writing);
        await AtomicFile.WriteBytesAsync(_path, graph, cancellationToken).ConfigureAwait(false);
        return new OnnxExportResult(_path, graph.Length, parity);
    }

    private OnnxExportBuilder Set(Func<OnnxExportOptions, OnnxExportOptions> change)
    {
        _options = change(_options);
        return this;
    }

    private byte[] Serialize(ScottModel model, OnnxExportOptions options) => ModelGraph.Serialize(model, _classifier, new GraphOptions
    {
        Precision = options.Precision,
        OperatorSet = options.OperatorSet,
        HasByteInput = options.ByteInput,
        NormalizesTokens = options.NormalizeTokens,
        HasUnitLength = options.NormalizeEmbedding,
        Outputs = ModelGraph.OutputsOf(_classifier),
    });

    private OnnxParityReport Verify(byte[] graph, ScottModel model, OnnxExportOptions options)
    {
        (string name, GraphRunner reference) = Reference(model, options);
        OnnxParityReport report;
        try
        {
            report = ParityCheck.Run(graph, model, _classifier, options, name, reference);
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException exception)
        {
            throw new OnnxExportException(
                _path, $"The graph for '{_path}' does not run: {exception.Message} Choose another precision or operator set, or export without verification.", innerException: exception);
        }

        return report.IsWithin(options.EffectiveMaximumDifference, options.EffectiveMinimumCosine)
            ? report
            : throw new OnnxExportException(
                _path,
                FormattableString.Invariant(
                    $"'{_path}' was not written: the graph disagrees with the model, {report}; allowed are {options.EffectiveMaximumDifference} and {options.EffectiveMinimumCosine}. ")
                    + "Export with more precision, or set MaximumDifference and MinimumCosine to what you can accept.",
                report.MaximumDifference,
                report.MinimumCosine);
    }

    private (string Name, GraphRunner Reference) Reference(ScottModel model, OnnxExportOptions options)
    {
        const string Torch = "TorchSharp";
        const string Plain = "ONNX Runtime, single precision, not optimized";
        if (options.GoldenOutputs is not null || options.ParityReference == OnnxParityReference.OnnxRuntime)
        {
            return (Plain, ParityCheck.PlainGraph(model, _classifier, options));
        }

        try
        {
            return (Torch, _torch(model, _classifier, options));
        }
        catch (NativeLibraryException) when (options.ParityReference == OnnxParityReference.Auto)
        {
            // An app without libtorch: the report says what took its place.
            return (Plain, ParityCheck.PlainGraph(model, _classifier, options));
        }
    }
}
