namespace Scott.Models.Foundation;

/// <summary>One finding about this machine.</summary>
/// <param name="Subject">What was examined, for example <c>libtorch</c>.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Advice">What to do about it, or <see langword="null"/> if all is well.</param>
public sealed record DiagnosticsEntry(string Subject, string Finding, string? Advice = null);
