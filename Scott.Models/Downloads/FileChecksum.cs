namespace Scott.Models.Downloads;

/// <summary>A file's checksum, SHA-256 or MD5, in lower-case hexadecimal.</summary>
internal sealed record FileChecksum(HashAlgorithmName Algorithm, string Hex)
{
    public string? Sha256 => Algorithm == HashAlgorithmName.SHA256 ? Hex : null;
    public string? Md5 => Algorithm == HashAlgorithmName.MD5 ? Hex : null;

    public static FileChecksum OfSha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    public static FileChecksum OfMd5(string hex) => new(HashAlgorithmName.MD5, hex);

    public static string Sha256Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static async Task<string> Sha256OfAsync(Stream stream, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));

    /// <summary>Computes the checksum of a stream with the same algorithm.</summary>
    public async Task<FileChecksum> ComputeAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] hash = await CryptographicOperations.HashDataAsync(Algorithm, stream, cancellationToken).ConfigureAwait(false);
        return this with { Hex = Convert.ToHexStringLower(hash) };
    }

    /// <summary>The algorithm and the sum.</summary>
    public override string ToString() => $"{(Md5 is null ? "SHA-256" : "MD5")} {Hex}";
}
