namespace Scott.Models;

/// <summary>What the configuration files of another library say about a model. Its weights are read with it.</summary>
/// <param name="Architecture">A standard ViT, of the image size that its positions were learned for.</param>
/// <param name="Preprocessing">What happens to an image; its size may differ from the architecture's, which then changes its size.</param>
/// <param name="Classes">The names of the classes that its head tells apart; <see langword="null"/> without a head.</param>
/// <param name="IsMultiLabel">Whether the classes do not exclude each other.</param>
internal sealed record ForeignModel(
    ScottArchitecture Architecture, PreprocessingSpec Preprocessing, IReadOnlyList<string>? Classes, bool IsMultiLabel = false)
{
    /// <summary>Names that occur once: a name that occurs more often gets its number behind it, as in "crane (517)".</summary>
    public static IReadOnlyList<string> Distinct(IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<string>(names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            string name = string.IsNullOrWhiteSpace(names[i]) ? string.Create(CultureInfo.InvariantCulture, $"class {i}") : names[i];
            string candidate = name;
            for (int more = i; !seen.Add(candidate); more++)
                candidate = string.Create(CultureInfo.InvariantCulture, $"{name} ({more})");

            result.Add(candidate);
        }

        return result;
    }
}
