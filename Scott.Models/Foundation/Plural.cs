namespace Scott.Models.Foundation;

/// <summary>Writes a count with the singular or plural of its noun, for messages: "1 image", "2 images", "0 images".</summary>
internal static class Plural
{
    /// <summary>The count, then the noun. If no plural is given, it is the singular with an "s".</summary>
    public static string Of(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {Noun(count, singular, plural)}");

    /// <summary>The noun alone.</summary>
    public static string Noun(long count, string singular, string? plural = null) => count is 1 or -1 ? singular : plural ?? singular + "s";
}
