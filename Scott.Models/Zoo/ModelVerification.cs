using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>What was found when a model's files were compared with its manifest.</summary>
/// <param name="Model">The manifest's entry.</param>
/// <param name="Files">Every file of it.</param>
public sealed record ModelVerification(ManifestModel Model, IReadOnlyList<FileVerification> Files)
{
    /// <summary>Whether every file is there and sound.</summary>
    public bool IsSound => Files.All(file => file.Condition == FileCondition.Sound);
}
