using System.Text.Json.Nodes;

namespace Scott.Models.Training;

/// <summary>Lists and compares the settings that identify a run: see <see cref="ITrainingMethod{TRecord}.Identity"/>.</summary>
internal static class SettingsJson
{
    /// <summary>Settings that checkpoints of earlier versions lack, and what they were then.</summary>
    private static readonly Dictionary<string, string> AddedLater = new(StringComparer.Ordinal)
    {
        ["recipe.minimumBlockPatches"] = PretrainingOptions.DefaultMinimumBlockPatches.ToString(CultureInfo.InvariantCulture),
        ["augmentation.verticalFlipProbability"] = "0",
        ["augmentation.quarterTurnProbability"] = "0",
    };

    /// <summary>The settings that differ, each with both values.</summary>
    public static IReadOnlyList<string> Differences(string stored, string current)
    {
        Dictionary<string, string> before = Flatten(stored);
        Dictionary<string, string> now = Flatten(current);
        foreach ((string key, string value) in AddedLater.Where(added => now.ContainsKey(added.Key)))
            before.TryAdd(key, value);

        return [.. before.Keys.Union(now.Keys)
            .Where(key => before.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal)
            .Select(key => $"{key} was {before.GetValueOrDefault(key, "not set")}, is {now.GetValueOrDefault(key, "not set")}")];
    }

    /// <summary>The text of one setting; <see langword="null"/> if there is none, or the settings are not JSON.</summary>
    public static string? Find(string? json, string path)
    {
        try
        {
            return json is null ? null : Flatten(json).GetValueOrDefault(path)?.Trim('"');
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The value of every setting as JSON, by the setting's path.</summary>
    public static Dictionary<string, string> Flatten(string json)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject members)
            {
                foreach ((string name, JsonNode? value) in members)
                    Add(path.Length == 0 ? name : $"{path}.{name}", value);
            }
            else
            {
                values[path] = node?.ToJsonString() ?? "null";
            }
        }

        Add(string.Empty, JsonNode.Parse(json));
        return values;
    }
}
