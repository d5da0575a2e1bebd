using System.Security.Cryptography;

namespace Scott.Models.Tests.Zoo;

/// <summary>A model file small enough to be sent many times.</summary>
internal static class TinyModel
{
    public const string Id = "tiny";
    public const string Revision = "r1";
    public const string FileName = "tiny.safetensors";

    private static readonly Lazy<byte[]> LazyBytes = new(Write);

    public static byte[] Bytes => LazyBytes.Value;

    public static string Sha256 => Hash(Bytes);

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The same length, other content.</summary>
    public static byte[] Spoiled()
    {
        byte[] bytes = [.. Bytes];
        bytes[^1] ^= 1;
        return bytes;
    }

    private static byte[] Write()
    {
        using var folder = new TemporaryFolder();
        ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(folder.File(FileName)).GetAwaiter().GetResult();
        return File.ReadAllBytes(folder.File(FileName));
    }
}
