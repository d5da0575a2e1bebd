namespace Scott.Models.Foundation;

/// <summary>One thing that is wrong in a weights manifest.</summary>
/// <param name="JsonPath">Where, for example <c>models[2].files[0].sha256</c>; empty when it is the manifest as a whole.</param>
/// <param name="Reason">What was found there and what was expected.</param>
public sealed record ManifestFault(string JsonPath, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => JsonPath.Length == 0 ? Reason : $"{JsonPath} {Reason}";
}
