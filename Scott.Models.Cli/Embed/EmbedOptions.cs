using Scott.Models.Imaging;
using Scott.Models.Inference;

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

    /// <summary>The folder of a job of shards, instead of one output file.</summary>
    public string? Job { get; init; }

    /// <summary>The only shard of the job to compute.</summary>
    public int? Shard { get; init; }

    /// <summary>The images of one shard; <see langword="null"/> for the library's default.</summary>
    public int? ShardSize { get; init; }

    /// <summary>Whether the command line names an output file, so that it is not the default.</summary>
    public bool HasOutput { get; init; }

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
        if (Job is not null)
        {
            ValidateJob();
            return;
        }

        Check.That(Shard is null && ShardSize is null, "--shard and --shard-size are for a job; give --job a folder.");
        Check.That(
            OutputFormat is OutputFormat.Npy or OutputFormat.Parquet || !HasTokens,
            "--tokens does not fit a .csv or .index file; give --output a name that ends in .npy or .parquet.");
        Check.That(Tiles is null || (PcaPath is null && AttentionPath is null), "--pca and --attention draw whole images; leave --tile out.");
        _ = Tiles is { } tiles ? Check.Legal(() => tiles.Cut(1, 1)) : null;
        Inference.Validate();
        foreach (string? path in new[] { OutputPath, PcaPath, AttentionPath })
            Check.OutputFile(path);
    }

    public FeatureExtractor CreateExtractor(ScottModel model)
    {
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        Inference.Apply(builder);
        _ = Pooling is { } pooling ? builder.WithPooling(pooling) : null;
        _ = HasUnitLength ? builder.WithUnitLength() : null;
        _ = HasTokens || PcaPath is not null ? builder.WithTokens() : null;
        _ = AttentionPath is not null ? builder.WithAttention() : null;
        return Check.Legal(builder.Build);
    }

    private void ValidateJob()
    {
        Check.That(
            !HasTokens && !HasOutput && Tiles is null && PcaPath is null && AttentionPath is null,
            "--job writes shards of vectors; leave out --output, --tokens, --tile, --pca and --attention.");
        Check.That(
            Inputs.Count > 0 || File.Exists(Path.Combine(Job!, EmbeddingJob.ManifestFileName)),
            $"The folder '{Job}' holds no job yet; give its images, folders, tar archives or lists.");
        Check.That(Inputs.Count > 0 || ShardSize is null, "--shard-size is for a new job; this one has its shards already.");
        Check.That(Shard is null or >= 0, $"--shard is {Shard}; expected at least 0.");
        Check.That(
            ShardSize is null or (>= 1 and <= EmbeddingJobOptions.MaximumShardSize),
            $"--shard-size is {ShardSize}; expected 1 to {EmbeddingJobOptions.MaximumShardSize}.");
        Inference.Validate();
    }
}
