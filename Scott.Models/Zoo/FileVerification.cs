using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>What was found when a file was compared with its manifest.</summary>
/// <param name="File">What the manifest says.</param>
/// <param name="Path">Where the file was looked for; <c>embedded</c> for one inside the package.</param>
/// <param name="Condition">What was found.</param>
/// <param name="ActualBytes">Its length, or <see langword="null"/> if there is no file.</param>
/// <param name="ActualSha256">Its SHA-256 if it was computed: where the length is right.</param>
public sealed record FileVerification(ManifestFile File, string Path, FileCondition Condition, long? ActualBytes, string? ActualSha256);
