namespace Scott.Models.Foundation;

/// <summary>The members of a JSON object that becomes a record: each is read by its name, and one that nobody asks for is an error.</summary>
/// <remarks>
/// For the records that every model file has. <see cref="JsonSerializer"/> compiles some fifty methods for each type of property, which was a sixth
/// of the time from the start of a process to its first vector. A member without a default must be there. Only an optional one may be null.
/// </remarks>
internal sealed class JsonMembers
{
    private const string Root = "$";

    private readonly JsonElement _object;
    private readonly string[] _names;
    private readonly List<string> _asked = [];
    private readonly string _path;
    private readonly bool _ignoresOthers;

    private JsonMembers(JsonElement element, string path, bool ignoresOthers)
    {
        (_object, _path, _ignoresOthers) = (element, path, ignoresOthers);
        _names = [.. element.EnumerateObject().Select(NameOf)];
    }

    /// <summary>Reads the object at the reader's place.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="ignoresOthers">Whether members that nobody asks for are ignored: those that only a newer version knows.</param>
    /// <param name="read">Makes the value.</param>
    /// <exception cref="JsonException">There is no object, or a member of it is not legal.</exception>
    public static T Read<T>(ref Utf8JsonReader reader, bool ignoresOthers, Func<JsonMembers, T> read) =>
        Read(JsonElement.ParseValue(ref reader), Root, ignoresOthers, read);

    /// <summary>Reads a text that is one object.</summary>
    /// <exception cref="JsonException">It is no JSON, or no object, or a member of it is not legal.</exception>
    public static T Parse<T>(string json, bool ignoresOthers, Func<JsonMembers, T> read)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Read(document.RootElement, Root, ignoresOthers, read);
    }

    public int Integer(string name, int? byDefault = null) => Find(name) is not { } value ? byDefault ?? throw Missing(name) : IntegerOf(name, value);

    public int? OptionalInteger(string name) => FindOptional(name) is { } value ? IntegerOf(name, value) : null;

    public double Number(string name, double? byDefault = null) =>
        Find(name) is not { } value ? byDefault ?? throw Missing(name) : NumberOf(name, value);

    public float Single(string name) => Find(name) is { } value ? SingleOf(name, value) : throw Missing(name);

    public float[] Singles(string name) => Find(name) is not { } value ? throw Missing(name)
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => SingleOf(name, item))]
        : throw WrongMember(name, value, "an array of numbers");

    public bool Flag(string name, bool byDefault) => Find(name) switch
    {
        null => byDefault,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw WrongMember(name, value, "true or false"),
    };

    public string Text(string name, string byDefault) => Find(name) is { } value ? TextOf(name, value) : byDefault;

    public string? OptionalText(string name) => FindOptional(name) is { } value ? TextOf(name, value) : null;

    /// <summary>The name of one of an enumeration's values.</summary>
    public T Choice<T>(string name, T? byDefault = null)
        where T : struct, Enum
    {
        if (Find(name) is not { } value)
            return byDefault ?? throw Missing(name);

        string[] names = Enum.GetNames<T>();
        int index = value.ValueKind == JsonValueKind.String
            ? Array.FindIndex(names, each => each.Equals(TextOf(name, value), StringComparison.OrdinalIgnoreCase))
            : -1;
        return index >= 0 ? Enum.GetValues<T>()[index] : throw WrongMember(name, value, string.Join(" or ", names));
    }

    public T Object<T>(string name, Func<JsonMembers, T> read, T byDefault) =>
        Find(name) is { } value ? Read(value, PathOf(name), _ignoresOthers, read) : byDefault;

    public T? OptionalObject<T>(string name, Func<JsonMembers, T> read)
        where T : class => FindOptional(name) is { } value ? Read(value, PathOf(name), _ignoresOthers, read) : null;

    /// <summary>Numbers, each with a name; none if the member is missing.</summary>
    public Dictionary<string, double> NamedNumbers(string name)
    {
        var numbers = new Dictionary<string, double>();
        if (Find(name) is not { } value)
            return numbers;
        if (value.ValueKind != JsonValueKind.Object)
            throw WrongMember(name, value, "an object of numbers");

        foreach (JsonProperty member in value.EnumerateObject())
        {
            string each = NameOf(member);
            numbers[each] = NumberOf($"{name}.{each}", member.Value);
        }

        return numbers;
    }

    private static T Read<T>(JsonElement element, string path, bool ignoresOthers, Func<JsonMembers, T> read)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(path, element, "an object");

        var members = new JsonMembers(element, path, ignoresOthers);
        T value = read(members);
        members.RequireNoOther();
        return value;
    }

    private int IntegerOf(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw WrongMember(name, value, "a whole number");

    private double NumberOf(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : NamedNumber(name, value);

    private float SingleOf(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) ? number : (float)NamedNumber(name, value);

    /// <summary>A number that JSON has no digits for.</summary>
    private double NamedNumber(string name, JsonElement value) => (value.ValueKind == JsonValueKind.String ? TextOf(name, value) : null) switch
    {
        JsonNumbers.NaN => double.NaN,
        JsonNumbers.Infinity => double.PositiveInfinity,
        JsonNumbers.NegativeInfinity => double.NegativeInfinity,
        _ => throw WrongMember(name, value, "a number"),
    };

    private string TextOf(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw WrongMember(name, value, "a text");

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // An escaped lone surrogate is JSON, but no text.
            throw new JsonException($"'{name}' is no text.", PathOf(name), null, null, exception);
        }
    }

    private string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A member has a name that is no text.", _path, null, null, exception);
        }
    }

    private static JsonException Wrong(string path, JsonElement value, string expected)
    {
        string name = path == Root ? "The value" : $"'{path[(Root.Length + 1)..]}'";
        return new JsonException($"{name} is {Quoted.Value(value.GetRawText())}; expected {expected}.", path, null, null);
    }

    private JsonException WrongMember(string name, JsonElement value, string expected) => Wrong(PathOf(name), value, expected);

    private JsonException Missing(string name) => new($"'{name}' is missing.", _path, null, null);

    private string PathOf(string name) => $"{_path}.{name}";

    /// <summary>A member, which is noted as asked for.</summary>
    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _object.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    private JsonElement? FindOptional(string name) => Find(name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    private void RequireNoOther()
    {
        if (_ignoresOthers)
            return;

        foreach (string name in _names)
        {
            if (!_asked.Contains(name))
                throw new JsonException($"'{Quoted.Value(name)}' is not known; expected {string.Join(", ", _asked)}.", _path, null, null);
        }
    }
}

/// <summary>Writes JSON as <see cref="JsonMembers"/> reads it: numbers that JSON has no digits for become texts.</summary>
internal static class JsonNumbers
{
    public const string NaN = "NaN";
    public const string Infinity = "Infinity";
    public const string NegativeInfinity = "-Infinity";

    /// <summary>The text of what is written.</summary>
    public static string ToText(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
            write(writer);

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    public static void WriteAnyNumber(this Utf8JsonWriter writer, string name, double number)
    {
        if (double.IsFinite(number))
            writer.WriteNumber(name, number);
        else
            writer.WriteString(name, NameOf(number));
    }

    public static void WriteAnyNumber(this Utf8JsonWriter writer, string name, float number)
    {
        if (float.IsFinite(number))
            writer.WriteNumber(name, number);
        else
            writer.WriteString(name, NameOf(number));
    }

    public static void WriteAnyNumbers(this Utf8JsonWriter writer, string name, IEnumerable<float> numbers)
    {
        writer.WriteStartArray(name);
        foreach (float number in numbers)
        {
            if (float.IsFinite(number))
                writer.WriteNumberValue(number);
            else
                writer.WriteStringValue(NameOf(number));
        }

        writer.WriteEndArray();
    }

    private static string NameOf(double number) => double.IsNaN(number) ? NaN : number > 0 ? Infinity : NegativeInfinity;
}
