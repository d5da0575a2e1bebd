namespace Scott.Models;

/// <summary>No source of a model file or a dataset archive delivered the bytes its manifest or publisher describes. No wrong file is kept.</summary>
public sealed class DownloadException : ScottException
{
    internal DownloadException(
        string modelId, string fileName, string sums, IReadOnlyList<DownloadFailure> failures, int failureCount, string advice,
        Exception? innerException)
        : base(
            $"'{fileName}'{(modelId.Length == 0 ? string.Empty : $" of model '{modelId}'")} could not be downloaded from any of its sources.{sums}"
                + $"{CappedList<DownloadFailure>.Lines(failures, failureCount)}{Environment.NewLine}{advice}",
            innerException) =>
        (ModelId, FileName, Failures) = (modelId, fileName, failures);

    /// <summary>The model; empty for a dataset's archive.</summary>
    public string ModelId { get; }

    /// <summary>The name of the file.</summary>
    public string FileName { get; }

    /// <summary>The SHA-256 that the manifest gives, in lower-case hexadecimal; <see langword="null"/> for a dataset's archive.</summary>
    public string? ExpectedSha256 { get; internal init; }

    /// <summary>The SHA-256 of the last complete model file that a source delivered, or <see langword="null"/> if none did.</summary>
    public string? ActualSha256 { get; internal init; }

    /// <summary>The MD5 sum published for a dataset's archive, in lower-case hexadecimal; <see langword="null"/> for a model's file.</summary>
    public string? ExpectedMd5 { get; internal init; }

    /// <summary>The MD5 sum of the last complete archive that its address delivered, or <see langword="null"/> if it delivered none.</summary>
    public string? ActualMd5 { get; internal init; }

    /// <summary>The first 20 failures of the sources, in the order in which the sources were tried.</summary>
    public IReadOnlyList<DownloadFailure> Failures { get; }
}

/// <summary>Why one source of a file did not deliver it.</summary>
/// <param name="Address">The source: an address, a path, or <c>embedded NAME</c>.</param>
/// <param name="Reason">What went wrong at the source, after all retries.</param>
public sealed record DownloadFailure(string Address, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {Reason}";
}
