using Samples.Shared;
using Scott.Models.Onnx;

namespace ExportOnnx.Exporting;

/// <summary>What the command line asks for.</summary>
internal sealed record ExportOptions
{
    public const string DefaultFolder = "onnx";

    /// <summary>As <see cref="NamedModel"/> understands it; a file may hold a classifier as well.</summary>
    public string Model { get; init; } = NamedModel.Default;

    public string OutputFolder { get; init; } = DefaultFolder;

    /// <summary>At least one, in the order of the files.</summary>
    public required IReadOnlyList<OnnxPrecision> Precisions { get; init; }

    public OnnxOperatorSet OperatorSet { get; init; }

    public bool HasByteInput { get; init; }

    public int? ImagePixels { get; init; }

    /// <summary>The image that the first file is tried on; <see langword="null"/> for a drawn one.</summary>
    public string? Image { get; init; }
}
