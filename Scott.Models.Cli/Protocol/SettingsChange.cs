using System.Text.Json;

namespace Scott.Models.Cli;

/// <summary>What differs between two texts of settings in JSON.</summary>
internal static class SettingsChange
{
    private const int LongestValue = 40;

    /// <returns>A sentence for each setting that both have with different values. One that a version of this program added does not count.</returns>
    public static string[] Between(string stored, string now)
    {
        try
        {
            using var before = JsonDocument.Parse(stored);
            using var after = JsonDocument.Parse(now);
            return [.. Between(string.Empty, before.RootElement, after.RootElement)];
        }
        catch (JsonException)
        {
            return ["its settings cannot be read"];
        }
    }

    private static IEnumerable<string> Between(string name, JsonElement before, JsonElement after)
    {
        if (before.ValueKind != JsonValueKind.Object || after.ValueKind != JsonValueKind.Object)
        {
            return JsonElement.DeepEquals(before, after) ? [] : [$"{name} was {Shorten(before)}, and is {Shorten(after)}"];
        }

        return before.EnumerateObject().SelectMany(property => after.TryGetProperty(property.Name, out JsonElement value)
            ? Between(name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.Value, value)
            : []);
    }

    private static string Shorten(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= LongestValue ? text : string.Concat(text.AsSpan(0, LongestValue), "…");
    }
}
