using Scott.Models.Onnx;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record ExportOptions
{
    public const string DefaultFolder = "onnx";

    /// <summary>As <see cref="NamedModel"/> understands it; a file may hold a classifier as well.</summary>
    public required string Model { get; init; }

    public required string OutputFolder { get; init; }

    /// <summary>At least one, in the order of the files.</summary>
    public required IReadOnlyList<OnnxPrecision> Precisions { get; init; }

    public OnnxOperatorSet OperatorSet { get; init; }

    /// <summary>The vector; <see langword="null"/> is the model's own choice.</summary>
    public EmbeddingPooling? Pooling { get; init; }

    public bool HasByteInput { get; init; }

    public int? ImagePixels { get; init; }

    /// <summary>The images that the scales of 8-bit integers are measured on: files, folders and globs. None: scales at run time.</summary>
    public required IReadOnlyList<string> Calibration { get; init; }

    /// <summary>The image that the first file runs on, if any.</summary>
    public string? Image { get; init; }

    /// <exception cref="UsageException">The options do not go together.</exception>
    public void Validate() => Check.That(
        Calibration.Count == 0 || Precisions.Contains(OnnxPrecision.Int8),
        "--calibration is for 8-bit integers. Add --precision int8 or all.");

    public OnnxExportOptions ToLibrary(OnnxPrecision precision) => new()
    {
        Precision = precision,
        OperatorSet = OperatorSet,
        ByteInput = HasByteInput,
        Pooling = Pooling,
        ImagePixels = ImagePixels,
    };
}
