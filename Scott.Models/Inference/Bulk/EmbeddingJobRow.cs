using System.Diagnostics.CodeAnalysis;

namespace Scott.Models.Inference;

/// <summary>One row of a job: an image with its vector, or with the reason why it has none.</summary>
/// <param name="Key">The key of the image: its path or address, or that of its tar archive, a slash, and the entry's name.</param>
/// <param name="Vector"><see cref="EmbeddingJobIndex.Width"/> numbers as they were computed; empty if there is an error.</param>
/// <param name="Error">Why there is no vector; <see langword="null"/> if there is one.</param>
/// <param name="ContentSha256">The SHA-256 of the encoded bytes, in lower-case hexadecimal; <see langword="null"/> if they could not be read.</param>
public sealed record EmbeddingJobRow(string Key, ReadOnlyMemory<float> Vector, string? Error, string? ContentSha256)
{
    /// <summary>Whether there is a vector.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;
}
