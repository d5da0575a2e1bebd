namespace Scott.Models.Errors;

/// <summary>None of the sources of a model's file delivered the bytes that the manifest describes. The cache holds no wrong file.</summary>
public sealed class DownloadException : ScottException
{
    internal DownloadException(
        string modelId, string fileName, string expectedSha256, string? actualSha256, IReadOnlyList<DownloadFailure> failures, Exception? innerException)
        : base(Describe(modelId, fileName, expectedSha256, actualSha256, failures), innerException)
    {
        ModelId = modelId;
        FileName = fileName;
        ExpectedSha256 = expectedSha256;
        ActualSha256 = actualSha256;
        Failures = failures;
    }

    /// <summary>The model.</summary>
    public string ModelId { get; }

    /// <summary>The file.</summary>
    public string FileName { get; }

    /// <summary>The SHA-256 that the manifest gives, in lower-case hexadecimal.</summary>
    public string ExpectedSha256 { get; }

    /// <summary>The SHA-256 of the last whole file that a source delivered, or <see langword="null"/> if none delivered a whole file.</summary>
    public string? ActualSha256 { get; }

    /// <summary>What each source did, in the order in which they were tried.</summary>
    public IReadOnlyList<DownloadFailure> Failures { get; }

    private static string Describe(string modelId, string fileName, string expected, string? actual, IReadOnlyList<DownloadFailure> failures) =>
        $"'{fileName}' of model '{modelId}' could not be had from any of its sources."
            + (actual is null ? string.Empty : $" One delivered a file with SHA-256 {actual}; the manifest says {expected}.")
            + $"{Environment.NewLine}- {string.Join(Environment.NewLine + "- ", failures)}{Environment.NewLine}"
            + "What was received of the right file is kept and a new call goes on from it.";
}
