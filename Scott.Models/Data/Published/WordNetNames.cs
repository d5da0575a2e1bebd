using System.Text.Json;
using Scott.Models.Data.Formats;
using Scott.Models.Errors;

namespace Scott.Models.Data.Published;

/// <summary>Names for WordNet ids.</summary>
internal static class WordNetNames
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>An object whose properties are ids, and their values names.</summary>
    /// <exception cref="DatasetFormatException">The file is none of that form.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text = await TextLines.ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(text, Options);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.String)
                ? json.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal)
                : throw new DatasetFormatException(path, DatasetFault.MalformedText, "it is not an object of WordNet ids and names, all of them text.");
        }
        catch (JsonException exception)
        {
            throw new DatasetFormatException(
                path, DatasetFault.MalformedText, $"it is not the JSON of an object with each id once: {exception.Message}", exception, (int?)(exception.LineNumber + 1));
        }
    }

    /// <summary>A name for each id, no two the same: ImageNet's cranes are birds and machines.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> ids, IReadOnlyDictionary<string, string> names)
    {
        string[] plain = [.. ids.Select(id => names.TryGetValue(id, out string? name) && !string.IsNullOrWhiteSpace(name) ? name : id)];
        var shared = plain.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return [.. plain.Select((name, i) => shared.Contains(name) ? $"{name} ({ids[i]})" : name)];
    }
}
