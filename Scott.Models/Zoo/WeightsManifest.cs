namespace Scott.Models.Zoo;

/// <summary>A weights manifest: the models, where their files are, and what is known about them. Immutable.</summary>
/// <remarks><c>weights-manifest.schema.json</c> in the repository describes its JSON. Unknown members are ignored.</remarks>
public sealed record WeightsManifest
{
    /// <summary>The version of the manifest's schema that this package reads.</summary>
    public const int CurrentSchemaVersion = 1;

    internal const string FileName = "weights-manifest.json";
    private const string EmbeddedName = "embedded";

    private static readonly Lazy<WeightsManifest> LazyEmbedded = new(ReadEmbedded);

    internal WeightsManifest(IReadOnlyList<ManifestModel> models) => Models = models;

    /// <summary>The manifest inside this package.</summary>
    public static WeightsManifest Embedded => LazyEmbedded.Value;

    /// <summary>The models, in the manifest's order. An id can occur in several revisions; the last is the current one.</summary>
    public IReadOnlyList<ManifestModel> Models { get; }

    /// <summary>Reads a manifest and checks all of it.</summary>
    /// <param name="json">The manifest's text.</param>
    /// <param name="source">The name of the manifest in errors, for example its path.</param>
    /// <exception cref="ManifestException">The manifest cannot be used; the error lists the first 20 faults with their paths.</exception>
    public static WeightsManifest Parse(string json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return ManifestReader.Read(Encoding.UTF8.GetBytes(json), source);
    }

    /// <summary>Opens a file inside the assembly: the manifest, or an embedded model's weights.</summary>
    /// <returns>The file; <see langword="null"/> if the assembly has no file with that name.</returns>
    internal static Stream? OpenEmbedded(string name) => typeof(WeightsManifest).Assembly.GetManifestResourceStream($"Scott.Models.Zoo/{name}");

    private static WeightsManifest ReadEmbedded()
    {
        using Stream stream = OpenEmbedded(FileName)
            ?? throw new InvalidOperationException($"{FileName} is not in the assembly.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return ManifestReader.Read(buffer.ToArray(), EmbeddedName);
    }
}
