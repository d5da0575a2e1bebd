using System.Text.Json.Serialization;

namespace Scott.Models.Downloads;

/// <summary>Where the bytes of an unfinished file came from. Kept beside it, so that another process can resume.</summary>
/// <remarks>The strong validator and the date are the server's; length and checksum are those of the finished file.</remarks>
internal sealed record PartOrigin(string Source, string? ETag, DateTimeOffset? LastModified, long? Bytes, string? Sha256, string? Md5 = null)
{
    private const int MaximumFileBytes = 1 << 16;

    public static PartOrigin Of(ExpectedFile file, string source, string? tag = null, DateTimeOffset? lastModified = null) =>
        new(source, tag, lastModified, file.Bytes, file.Checksum.Sha256, file.Checksum.Md5);

    /// <returns>The origin in a file; <see langword="null"/> if there is no such file, or it is not readable.</returns>
    public static PartOrigin? Read(string path)
    {
        if (FileKind.Find(path, followLinks: false) is not { IsPlain: true } || new FileInfo(path).Length > MaximumFileBytes)
            return null;

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PartOriginJson.Default.PartOrigin);
        }
        catch (JsonException)
        {
            // A crash left the file incomplete. The origin of the bytes is unknown, and the checksum of the whole file decides.
            return null;
        }
    }

    public void Write(string path) => PlainFile.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, PartOriginJson.Default.PartOrigin));

    /// <summary>Whether the bytes are of this file.</summary>
    public bool IsFor(ExpectedFile file) => (Bytes, Sha256, Md5) == (file.Bytes, file.Checksum.Sha256, file.Checksum.Md5);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PartOrigin))]
internal sealed partial class PartOriginJson : JsonSerializerContext;
