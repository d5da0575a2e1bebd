namespace Scott.Models;

/// <summary>Vectors that different models, or different settings, made would have been compared or mixed. Nothing was changed.</summary>
public sealed class FingerprintMismatchException : ScottException
{
    internal FingerprintMismatchException(VectorFingerprint expected, VectorFingerprint found, IReadOnlyList<string> differences)
        : base($"The vectors are not comparable: they differ in {string.Join(", ", differences)}. Stored: {expected}. Given: {found}. "
            + "Use the model and the settings that made the stored vectors, or embed the images again.") =>
        (Expected, Found, Differences) = (expected, found, differences);

    /// <summary>What made the stored vectors.</summary>
    public VectorFingerprint Expected { get; }

    /// <summary>What made the other vectors.</summary>
    public VectorFingerprint Found { get; }

    /// <summary>What differs: <c>model</c>, <c>preprocessing</c>, <c>output</c>, <c>precision</c> or <c>width</c>.</summary>
    public IReadOnlyList<string> Differences { get; }
}
