using Scott.Models.Imaging;

namespace Scott.Models.Cli;

/// <summary>The kind of the output file, by its extension.</summary>
internal enum OutputFormat
{
    /// <summary>A NumPy array, with the paths in a text file beside it.</summary>
    Npy,

    /// <summary>One line per image.</summary>
    Csv,

    /// <summary>A column of paths and a column of vectors.</summary>
    Parquet,

    /// <summary>An index for <c>scott search --index</c>.</summary>
    Index,
}

/// <summary>What the command line asks for.</summary>
internal sealed record EmbedOptions
{
    public const string DefaultOutput = "embeddings.npy";

    /// <summary>Files, folders and globs.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The file to write; its extension is the format.</summary>
    public required string OutputPath { get; init; }

    public required InferenceChoices Inference { get; init; }

    /// <summary>The vector; <see langword="null"/> is the model's own choice.</summary>
    public EmbeddingPooling? Pooling { get; init; }

    public bool HasUnitLength { get; init; }

    public bool HasTokens { get; init; }

    /// <summary>How each image is cut into tiles; <see langword="null"/> to embed it as a whole.</summary>
    public TileOptions? Tiles { get; init; }

    /// <summary>Where the PCA of the patch tokens is drawn.</summary>
    public string? PcaPath { get; init; }

    /// <summary>Where the attention is drawn.</summary>
    public string? AttentionPath { get; init; }

    public OutputFormat OutputFormat => Path.GetExtension(OutputPath).ToUpperInvariant() switch
    {
        ".NPY" => OutputFormat.Npy,
        ".CSV" => OutputFormat.Csv,
        ".PARQUET" => OutputFormat.Parquet,
        ".INDEX" => OutputFormat.Index,
        string other => throw new UsageException(
            $"The output '{OutputPath}' ends in '{other.ToLowerInvariant()}'; expected .npy, .csv, .parquet or .index."),
    };

    /// <summary>Refuses options that do not go together, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">Some options do not go together.</exception>
    public void Validate()
    {
        Check.That(
            !HasTokens || OutputFormat is OutputFormat.Npy or OutputFormat.Parquet,
            "--tokens does not fit a .csv or .index file; give --output a name that ends in .npy or .parquet.");
        Check.That(Tiles is null || (PcaPath is null && AttentionPath is null), "--pca and --attention draw whole images; leave --tile out.");
        _ = Tiles is { } tiles ? Check.Legal(() => tiles.Cut(1, 1)) : null;
        Inference.Validate();
        foreach (string? path in new[] { OutputPath, PcaPath, AttentionPath })
            Check.FolderOf(path);
    }
}
