using System.Text;

namespace Scott.Models.Zoo;

/// <summary>A weights manifest: which models there are, where their files lie, and what is known about them. Immutable.</summary>
/// <remarks>Its JSON is described by <c>weights-manifest.schema.json</c> in the repository. Unknown members are ignored.</remarks>
public sealed record WeightsManifest
{
    /// <summary>The version of the manifest's form that this package reads.</summary>
    public const int CurrentSchemaVersion = 1;

    private const string EmbeddedName = "embedded";

    private static readonly Lazy<WeightsManifest> LazyEmbedded = new(ReadEmbedded);

    internal WeightsManifest(IReadOnlyList<ManifestModel> models) => Models = models;

    /// <summary>The manifest inside this package.</summary>
    public static WeightsManifest Embedded => LazyEmbedded.Value;

    /// <summary>The models, in the manifest's order. An id can stand in several revisions, of which the last is the current one.</summary>
    public IReadOnlyList<ManifestModel> Models { get; }

    /// <summary>Reads a manifest and checks all of it.</summary>
    /// <param name="json">The manifest's text.</param>
    /// <param name="source">What errors call it, for example its path.</param>
    /// <exception cref="ManifestException">This package does not understand the manifest; the first 20 faults are listed with their places.</exception>
    public static WeightsManifest Parse(string json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return ManifestReader.Read(Encoding.UTF8.GetBytes(json), source);
    }

    private static WeightsManifest ReadEmbedded()
    {
        using Stream stream = EmbeddedFiles.Open(EmbeddedFiles.ManifestName)
            ?? throw new InvalidOperationException($"{EmbeddedFiles.ManifestName} is not in the assembly.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return ManifestReader.Read(buffer.ToArray(), EmbeddedName);
    }
}
