using System.Text.Json;

namespace Scott.Models.Datasets;

/// <summary>Names for WordNet ids.</summary>
internal static class WordNetNames
{
    /// <summary>An object whose properties are ids, and their values names.</summary>
    /// <exception cref="DatasetFormatException">The file is none of that form.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text = await TextLines.ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || json.RootElement.EnumerateObject().Any(entry => entry.Value.ValueKind != JsonValueKind.String))
            {
                throw new DatasetFormatException(path, DatasetFault.MalformedText, "it is not an object of WordNet ids and names, all of them text.");
            }

            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                Add(names, entry, path, text);
            }

            return names;
        }
        catch (JsonException exception)
        {
            throw new DatasetFormatException(path, DatasetFault.MalformedText, $"it is not JSON: {exception.Message}", exception, (int?)(exception.LineNumber + 1));
        }
    }

    private static void Add(Dictionary<string, string> names, JsonProperty entry, string path, string text)
    {
        if (!names.TryAdd(entry.Name, entry.Value.GetString()!))
        {
            int line = 1 + text.AsSpan(0, Math.Max(0, text.LastIndexOf($"\"{entry.Name}\"", StringComparison.Ordinal))).Count('\n');
            throw new DatasetFormatException(path, DatasetFault.DuplicateClass, $"the id '{entry.Name}' stands there twice; expected each once.", line: line);
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
