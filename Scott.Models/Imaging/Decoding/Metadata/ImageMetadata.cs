namespace Scott.Models.Imaging;

/// <summary>The metadata of a file that can tell its orientation; each is empty where the file has none.</summary>
internal readonly ref struct ImageMetadata
{
    /// <summary>TIFF data, with or without the prefix <c>Exif\0\0</c>.</summary>
    public ReadOnlySpan<byte> Exif { get; init; }

    /// <summary>An XMP packet: XML in UTF-8.</summary>
    public ReadOnlySpan<byte> Xmp { get; init; }
}
