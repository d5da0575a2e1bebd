using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Turns the sources in a manifest into sources to download or copy from.</summary>
internal sealed class ModelSources(ZooOptions options, HttpExchange http)
{
    /// <summary>The sources of a file, in the manifest's order.</summary>
    public IEnumerable<FileSource> Of(CatalogEntry entry, ManifestFile file)
    {
        foreach (ManifestSource source in entry.Model.Sources)
        {
            if (source.Kind == ManifestSourceKind.Embedded)
            {
                if (OpenEmbedded(file) is { } open)
                    yield return new StreamFileSource(EmbeddedName(file), open);
            }
            else if (source.Kind != ManifestSourceKind.Hub && AddressOf(source, entry, file) is { } address)
            {
                yield return address.IsFile ? StreamFileSource.OfFile(address.LocalPath) : new HttpFileSource(address, http);
            }
        }
    }

    /// <summary>The bytes of a file from inside the package, if the manifest names this source and they are the right bytes.</summary>
    public ReadOnlyMemory<byte>? ReadEmbedded(ManifestModel model, ManifestFile file)
    {
        if (model.Sources.All(source => source.Kind != ManifestSourceKind.Embedded) || OpenEmbedded(file) is not { } open)
            return null;

        using Stream stream = open();
        if (stream.Length != file.Bytes)
            return null;

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Bytes);
        stream.ReadExactly(bytes);

        // Another manifest may list other weights by that name; those are not the ones in the package.
        if (FileChecksum.Sha256Of(bytes) != file.Sha256)
            return null;

        return bytes;
    }

    public static string EmbeddedName(ManifestFile file) => $"embedded {file.Name}";

    private Func<Stream>? OpenEmbedded(ManifestFile file)
    {
        using Stream? found = options.OpenEmbedded(file.Name);
        return found is null ? null : () => options.OpenEmbedded(file.Name)!;
    }

    private static Uri? AddressOf(ManifestSource source, CatalogEntry entry, ManifestFile file)
    {
        if (source.Kind == ManifestSourceKind.Mirror)
            return new Uri(source.Address + file.Name);

        // The embedded manifest has no address, so it has no relative sources.
        return entry.ManifestAddress is { } manifest ? new Uri(manifest, source.Address + file.Name) : null;
    }
}
