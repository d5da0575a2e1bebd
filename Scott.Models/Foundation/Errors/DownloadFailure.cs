namespace Scott.Models.Foundation;

/// <summary>Why one source of a file did not deliver it.</summary>
/// <param name="Address">The source: an address, a path, or <c>embedded</c>.</param>
/// <param name="Reason">What went wrong there, after all retries.</param>
public sealed record DownloadFailure(string Address, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {Reason}";
}
