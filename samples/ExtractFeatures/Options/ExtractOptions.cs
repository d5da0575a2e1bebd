using Samples.Shared;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace ExtractFeatures.Options;

/// <summary>What the command line asks for.</summary>
internal sealed record ExtractOptions
{
    public const string DefaultOutput = "embeddings.npy";

    /// <summary>Files, folders and globs; none for the demo.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The file to write; its extension is the format.</summary>
    public string? Output { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public string Model { get; init; } = NamedModel.Default;

    public FeatureEngine Engine { get; init; }

    /// <summary>What ONNX Runtime computes on, or <see langword="null"/> if it was not said.</summary>
    public ExecutionProvider? Provider { get; init; }

    public OnnxPrecision Precision { get; init; }

    public int? BatchSize { get; init; }

    public int? Threads { get; init; }

    public bool HasFastDecode { get; init; }

    public bool HasUnitLength { get; init; }

    public bool HasTokens { get; init; }

    /// <summary>Where the PCA of the patch tokens is drawn.</summary>
    public string? PcaPath { get; init; }

    /// <summary>Where the attention is drawn.</summary>
    public string? AttentionPath { get; init; }

    /// <summary>The image whose like is looked for.</summary>
    public string? SimilarTo { get; init; }

    public int Top { get; init; }

    public bool IsQuiet { get; init; }

    public string OutputPath => Output ?? DefaultOutput;

    public OutputFormat OutputFormat => Path.GetExtension(OutputPath).ToUpperInvariant() switch
    {
        ".NPY" => OutputFormat.Npy,
        ".CSV" => OutputFormat.Csv,
        ".PARQUET" => OutputFormat.Parquet,
        string other => throw new UsageException($"The output '{OutputPath}' ends in '{other.ToLowerInvariant()}'; expected .npy, .csv or .parquet."),
    };

    /// <summary>Refuses what does not go together, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">Something does not.</exception>
    public void Validate()
    {
        Require(
            Inputs.Count > 0 || (Output ?? PcaPath ?? AttentionPath ?? SimilarTo) is null && !HasTokens,
            "There are no images; give files, folders or globs.");
        Require(
            !HasTokens || OutputFormat != OutputFormat.Csv,
            "--tokens does not fit a .csv file; give --output a name that ends in .npy or .parquet.");
        Require(
            Engine == FeatureEngine.OnnxRuntime || (Provider is null && Precision == OnnxPrecision.Float32),
            "--provider and --precision are for --engine onnx; TorchSharp computes in float32 on the best device there is.");
        Require(SimilarTo is null || File.Exists(SimilarTo), $"The image '{SimilarTo}' of --similar does not exist.");
        foreach (string path in new[] { OutputPath, PcaPath, AttentionPath }.OfType<string>())
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Require(Directory.Exists(folder), $"The folder of '{path}' does not exist; make it first.");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }
}
