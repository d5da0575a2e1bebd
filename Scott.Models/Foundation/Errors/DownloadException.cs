
namespace Scott.Models.Foundation;

/// <summary>
/// None of the sources of a model's file, or of a dataset's archive, delivered the bytes that the manifest or the publisher describes. No wrong file is
/// kept under its name.
/// </summary>
public sealed class DownloadException : ScottException
{
    /// <param name="modelId">The model.</param>
    /// <param name="fileName">The file.</param>
    /// <param name="sums">How checksums differ, if they do.</param>
    /// <param name="failures">The first failures.</param>
    /// <param name="failureCount">How many there were.</param>
    /// <param name="advice">What is kept, and what to do next.</param>
    /// <param name="innerException">The last failure's cause.</param>
    internal DownloadException(
        string modelId, string fileName, string sums, IReadOnlyList<DownloadFailure> failures, int failureCount, string advice, Exception? innerException)
        : base(Describe(modelId, fileName, sums, failures, failureCount, advice), innerException)
    {
        ModelId = modelId;
        FileName = fileName;
        Failures = failures;
    }

    /// <summary>The model; empty for a dataset's archive.</summary>
    public string ModelId { get; }

    /// <summary>The file.</summary>
    public string FileName { get; }

    /// <summary>The SHA-256 that the manifest gives, in lower-case hexadecimal; <see langword="null"/> for a dataset's archive.</summary>
    public string? ExpectedSha256 { get; internal init; }

    /// <summary>The SHA-256 of the last whole file that a source delivered, or <see langword="null"/> if none delivered a whole file of a model.</summary>
    public string? ActualSha256 { get; internal init; }

    /// <summary>The MD5 sum published for a dataset's archive, in lower-case hexadecimal; <see langword="null"/> for a model's file.</summary>
    public string? ExpectedMd5 { get; internal init; }

    /// <summary>The MD5 sum of the last whole archive that its address delivered, or <see langword="null"/> if it delivered none.</summary>
    public string? ActualMd5 { get; internal init; }

    /// <summary>What the sources did, in the order in which they were tried; the first 20 failures.</summary>
    public IReadOnlyList<DownloadFailure> Failures { get; }

    private static string Describe(
        string modelId, string fileName, string sums, IReadOnlyList<DownloadFailure> failures, int failureCount, string advice) =>
        $"'{fileName}'{(modelId.Length == 0 ? string.Empty : $" of model '{modelId}'")} could not be had from any of its sources.{sums}"
            + $"{CappedList<DownloadFailure>.Lines(failures, failureCount)}{Environment.NewLine}{advice}";
}
