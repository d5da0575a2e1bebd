using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Changes settings of a recipe that have no option of their own, as <c>--set NAME=VALUE</c> says.</summary>
internal static class RecipeSettings
{
    private const string AugmentationPrefix = "augmentation.";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The option that sets them.</summary>
    /// <param name="examples">Some names with values, for the help.</param>
    /// <param name="type">The type whose properties they are.</param>
    /// <param name="noun">What the recipe is for, for the help; <see langword="null"/> if the command does one run and nothing else.</param>
    public static Option<string[]> CreateOption(string examples, string type, string? noun = null) => new("--set")
    {
        Description = $"Any other setting of the recipe{(noun is null ? string.Empty : $" of {noun}")}, such as {examples}. "
            + $"The names are the properties of {type} and AugmentationSpec. May be repeated.",
        HelpName = "name=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>A recipe with some settings changed, except those of the augmentation. The names are those of the properties in JSON, with dots
    /// between levels.</summary>
    /// <exception cref="UsageException">A setting is not NAME=VALUE, has an unknown name, or a value of another type.</exception>
    public static T Apply<T>(T recipe, IEnumerable<string> settings)
        where T : TrainingOptions =>
        settings.Where(setting => !IsOfAugmentation(setting)).Aggregate(recipe, (changed, setting) => Apply(changed, setting, string.Empty));

    /// <summary>An augmentation with the settings changed that begin with "augmentation.".</summary>
    /// <exception cref="UsageException">As in <see cref="Apply{T}(T, IEnumerable{string})"/>.</exception>
    public static AugmentationSpec ApplyAugmentation(AugmentationSpec augmentation, IEnumerable<string> settings) =>
        settings.Where(IsOfAugmentation).Aggregate(augmentation, (changed, setting) => Apply(changed, setting, AugmentationPrefix));

    private static bool IsOfAugmentation(string setting) => setting.StartsWith(AugmentationPrefix, StringComparison.Ordinal);

    /// <param name="options">The options to change.</param>
    /// <param name="setting">NAME=VALUE.</param>
    /// <param name="prefix">What the name begins with, before a property of the options.</param>
    private static T Apply<T>(T options, string setting, string prefix)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        Check.That(equals > 0, $"--set {setting} is not NAME=VALUE.");
        (string name, string value) = (setting[..equals], setting[(equals + 1)..]);
        JsonObject root = JsonSerializer.SerializeToNode(options, Format)!.AsObject();
        JsonObject owner = root;
        string[] path = name[prefix.Length..].Split('.');
        foreach (string part in path[..^1])
            owner = owner[Require(owner, part, name)] as JsonObject ?? throw Unknown(owner, name);

        owner[Require(owner, path[^1], name)] = Parse(value);
        try
        {
            return root.Deserialize<T>(Format)!;
        }
        catch (JsonException exception)
        {
            throw new UsageException($"--set {setting} has a value of the wrong type for {name}{ChoicesOf(typeof(T), path)}.", exception);
        }
    }

    /// <summary>A number, true, false or null; otherwise a text, such as the name of a choice.</summary>
    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    /// <summary>The names that a setting can have as its value, for an error; nothing if it is no choice of names.</summary>
    private static string ChoicesOf(Type type, string[] path)
    {
        foreach (string name in path)
            type = type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType ?? typeof(object);

        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? $"; expected one of {string.Join(", ", Enum.GetNames(type))}" : string.Empty;
    }

    private static string Require(JsonObject owner, string part, string name) => owner.ContainsKey(part) ? part : throw Unknown(owner, name);

    private static UsageException Unknown(JsonObject owner, string name) =>
        new($"--set {name} names no setting; expected one of {string.Join(", ", owner.Select(property => property.Key))}.");
}
