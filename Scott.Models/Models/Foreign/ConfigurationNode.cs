using System.Text.Unicode;

namespace Scott.Models;

/// <summary>An object in another library's JSON. Reads its fields, and names the field in every error.</summary>
internal sealed class ConfigurationNode
{
    /// <summary>The largest file that is read. The names of ImageNet's 21 841 classes take 1.5 MB.</summary>
    public const int MaximumBytes = 16 << 20;

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly string _prefix;

    private ConfigurationNode(JsonElement element, string path, string prefix)
    {
        (_element, _path, _prefix) = (element, path, prefix);
        try
        {
            Names = [.. element.EnumerateObject().Select(member => member.Name)];
        }
        catch (InvalidOperationException exception)
        {
            // An escaped lone surrogate is JSON, but no text.
            throw new ModelFormatException(path, $"'{path}' has a field whose name is no text.", exception);
        }
    }

    /// <summary>The fields of the object.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="ModelFormatException">There are too many.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken) =>
        new FileInfo(path).Length > MaximumBytes
            ? throw new ModelFormatException(path, $"'{path}' has {Plural.Of(new FileInfo(path).Length, "byte")}; expected at most {MaximumBytes}.")
            : PlainFile.ReadAsync(path, MaximumBytes, cancellationToken);

    /// <summary>Parses a file's bytes. The path is only for errors.</summary>
    /// <exception cref="ModelFormatException">They are no JSON object, or too many.</exception>
    public static ConfigurationNode Parse(string path, ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaximumBytes)
            throw new ModelFormatException(path, $"'{path}' has {Plural.Of(utf8.Length, "byte")}; expected at most {MaximumBytes}.");

        try
        {
            if (!Utf8.IsValid(utf8.Span))
                throw new ModelFormatException(path, $"'{path}' is not text in UTF-8.");

            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ConfigurationNode(document.RootElement.Clone(), path, string.Empty)
                : throw new ModelFormatException(path, $"'{path}' is a JSON {document.RootElement.ValueKind}; expected an object.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name is an escaped lone surrogate, which is JSON, but no text.
            throw new ModelFormatException(path, $"'{path}' is not JSON: {Quoted.Value(exception.Message, Quoted.LongestFault)}", exception);
        }
    }

    /// <summary>The error for a field.</summary>
    public ModelFormatException Fault(string field, string fault) => new(_path, _prefix + field, Quoted.Value(fault, Quoted.LongestFault));

    /// <summary>Whether a field is there and not <see langword="null"/>.</summary>
    public bool Has(string field) => Find(field) is not null;

    /// <summary>An object in this one; <see langword="null"/> if it is not there.</summary>
    public ConfigurationNode? Object(string field) => Find(field) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new ConfigurationNode(value, _path, $"{_prefix}{field}.")
        : throw Wrong(field, value, "an object");

    /// <summary>A whole number of at least 0. Without a default, the field must be there.</summary>
    public int Integer(string field, int? byDefault = null) => Find(field) is not { } value ? byDefault ?? throw Missing(field)
        : IntegerOf(value) ?? throw Wrong(field, value, "a whole number of at least 0");

    /// <summary>A finite number.</summary>
    public double Number(string field, double? byDefault = null) => Find(field) is not { } value ? byDefault ?? throw Missing(field)
        : NumberOf(value) ?? throw Wrong(field, value, "a finite number");

    public bool Boolean(string field, bool? byDefault = null) => Find(field) is not { } value ? byDefault ?? throw Missing(field)
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(field, value, "true or false");

    public string Text(string field, string? byDefault = null) => Find(field) is not { } value ? byDefault ?? throw Missing(field)
        : TextOf(value) ?? throw Wrong(field, value, "a text");

    /// <summary>A text, or a number as text.</summary>
    public string TextOrNumber(string field) =>
        Find(field) is { ValueKind: JsonValueKind.Number } number ? Quoted.Value(number.GetRawText()) : Text(field);

    /// <summary>Whether a field is an array.</summary>
    public bool IsArray(string field) => Find(field) is { ValueKind: JsonValueKind.Array };

    /// <summary>Numbers, as many as expected; <see langword="null"/> if the field is not there.</summary>
    public float[]? Numbers(string field, int count)
    {
        if (Find(field) is not { } value)
            return null;

        float?[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => (float?)NumberOf(item))] : [];
        return items.Length == count && items.All(item => item is not null)
            ? [.. items.Select(item => item!.Value)]
            : throw Wrong(field, value, $"{count} numbers");
    }

    /// <summary>Whole numbers of an array, or a single one; <see langword="null"/> if the field is not there.</summary>
    public int[]? Integers(string field)
    {
        if (Find(field) is not { } value)
            return null;

        int?[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(IntegerOf)] : [IntegerOf(value)];
        return items.Length > 0 && items.All(item => item is not null)
            ? [.. items.Select(item => item!.Value)]
            : throw Wrong(field, value, "whole numbers");
    }

    /// <summary>Texts of an array; <see langword="null"/> if the field is not there.</summary>
    public string[]? Texts(string field)
    {
        if (Find(field) is not { } value)
            return null;

        string?[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(TextOf)] : [null];
        return items.All(item => item is not null) ? [.. items.Select(item => item!)] : throw Wrong(field, value, "texts");
    }

    /// <summary>Whether a field is a whole number, as opposed to an object.</summary>
    public bool IsNumber(string field) => Find(field) is { ValueKind: JsonValueKind.Number };

    /// <summary>Refuses a field unless it is not there, or has one of these values, written as in JSON.</summary>
    public void RequireAbsentOr(string field, string reason, params ReadOnlySpan<string> accepted)
    {
        if (Find(field) is { } value && !accepted.Contains(value.GetRawText()))
            throw Fault(field, $"is {Describe(value)}; {reason}");
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // An escaped lone surrogate is JSON, but no text.
        }
    }

    private static double? NumberOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;

    /// <summary>Also accepts 4.0, which Python writes for a whole number.</summary>
    private static int? IntegerOf(JsonElement value) =>
        NumberOf(value) is { } number && number >= 0 && number <= int.MaxValue && number == Math.Floor(number) ? (int)number : null;

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"an array {Quoted.Value(value.GetRawText())}",
        _ => Quoted.Value(value.GetRawText()),
    };

    private JsonElement? Find(string field) =>
        _element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private ModelFormatException Missing(string field) => Fault(field, "is missing; nothing is guessed in its place.");

    private ModelFormatException Wrong(string field, JsonElement value, string expected) =>
        Fault(field, $"is {Describe(value)}; expected {expected}.");
}
