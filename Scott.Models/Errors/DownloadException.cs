namespace Scott.Models.Errors;

/// <summary>
/// None of the sources of a model's file, or of a dataset's archive, delivered the bytes that the manifest or the publisher describes. No wrong file is
/// kept under its name.
/// </summary>
public sealed class DownloadException : ScottException
{
    internal DownloadException(string modelId, string fileName, string sums, IReadOnlyList<DownloadFailure> failures, Exception? innerException)
        : base(Describe(modelId, fileName, sums, failures), innerException)
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

    /// <summary>What each source did, in the order in which they were tried.</summary>
    public IReadOnlyList<DownloadFailure> Failures { get; }

    private static string Describe(string modelId, string fileName, string sums, IReadOnlyList<DownloadFailure> failures) =>
        $"'{fileName}'{(modelId.Length == 0 ? string.Empty : $" of model '{modelId}'")} could not be had from any of its sources.{sums}"
            + $"{Environment.NewLine}- {string.Join(Environment.NewLine + "- ", failures)}{Environment.NewLine}"
            + "What was received of the right file is kept and a new call goes on from it.";
}
