using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>One model of a manifest, in one revision. Immutable.</summary>
/// <remarks>A model without files is an architecture to train, which has no weights, or one of the Hugging Face Hub.</remarks>
public sealed record ManifestModel
{
    /// <summary>The model's name, for example <c>scott-mini-112</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The revision. The files of a revision never change: new weights get a new revision.</summary>
    public required string Revision { get; init; }

    /// <summary>The architecture of the backbone.</summary>
    public required ScottArchitecture Architecture { get; init; }

    /// <summary>What happens to an image before the backbone sees it.</summary>
    public required PreprocessingSpec Preprocessing { get; init; }

    /// <summary>The number of trained parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>The files; exactly one is the safetensors file with the weights. Empty for an architecture to train.</summary>
    public IReadOnlyList<ManifestFile> Files { get; init; } = [];

    /// <summary>Where the files are, in the order in which they are tried.</summary>
    public IReadOnlyList<ManifestSource> Sources { get; init; } = [];

    /// <summary>The license of the weights, as an SPDX expression where one fits.</summary>
    public string? License { get; init; }

    /// <summary>The images the weights were trained on.</summary>
    public string? TrainingData { get; init; }

    /// <summary>The license of those images.</summary>
    public string? TrainingDataLicense { get; init; }

    /// <summary>How the weights were trained, in words.</summary>
    public string? Recipe { get; init; }

    /// <summary>The command that trained them.</summary>
    public string? Command { get; init; }

    /// <summary>The metrics measured on the model.</summary>
    public IReadOnlyList<ManifestMetric> Metrics { get; init; } = [];

    /// <summary>The oldest version of this package that can use the weights.</summary>
    public Version? MinimumPackageVersion { get; init; }

    /// <summary>Why not to use the model any more, and what to use instead; <see langword="null"/> if it is not deprecated.</summary>
    public string? Deprecation { get; init; }

    /// <summary>Whether the manifest lists the weights, with their checksum.</summary>
    public bool HasWeights => Files.Count > 0;

    /// <summary>The repository of the Hugging Face Hub that holds the model, if it does. Its files are found when the model is first used: the
    /// revision is a branch, a tag or a commit there, and the hub tells the checksum, which this manifest does not know.</summary>
    public string? HubRepository => Sources.FirstOrDefault(source => source.Kind == ManifestSourceKind.Hub)?.Address;

    /// <summary>Whether weights can be had, from the manifest's files or from the hub.</summary>
    public bool IsAvailable => HasWeights || HubRepository is not null;

    /// <summary>The size of all files, in bytes.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>The file with the weights. Throws if the model has no weights.</summary>
    internal ManifestFile Weights => Files.Single(file => file.IsWeights);
}

/// <summary>A metric measured on a model.</summary>
/// <param name="Name">What was measured and on which images, for example <c>flowers5/val/knn-top1</c>.</param>
/// <param name="Value">The measured value.</param>
/// <param name="StandardDeviation">The standard deviation over several seeds; <see langword="null"/> for one seed.</param>
/// <param name="Command">The command that measured it.</param>
public sealed record ManifestMetric(string Name, double Value, double? StandardDeviation, string Command);

/// <summary>A file of a model: what its bytes must be.</summary>
/// <param name="Name">Its name, which is also its name in the cache and under every source.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="DType">The element type of the weights, by its safetensors name: F32, F16 or BF16; <see langword="null"/> for other files.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256, string? DType)
{
    internal const string WeightsExtension = ".safetensors";

    internal bool IsWeights => Name.EndsWith(WeightsExtension, StringComparison.Ordinal);

    internal ExpectedFile ToExpected(string modelId, string? note) =>
        new(modelId, Name, Bytes, FileChecksum.OfSha256(Sha256), "the manifest") { Note = note };
}
