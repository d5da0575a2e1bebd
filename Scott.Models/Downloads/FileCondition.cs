namespace Scott.Models.Downloads;

/// <summary>How a cached file compares with its manifest.</summary>
public enum FileCondition
{
    /// <summary>Length and SHA-256 are the manifest's.</summary>
    Sound,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The length is another.</summary>
    WrongLength,

    /// <summary>The length is right, the SHA-256 is another.</summary>
    WrongHash,
}
