using System.Text.Json.Serialization.Metadata;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>An object in the JSON of a manifest. Reads its members, and notes every fault with its path.</summary>
/// <remarks>The JSON source generator is not used for the whole manifest: it stops at the first fault, and does not quote the value.</remarks>
internal sealed class ManifestNode(JsonElement element, string path, CappedList<ManifestFault> faults)
{
    private const int LongestPath = 200;

    public void Fault(string member, string reason) =>
        faults.Add(new ManifestFault(Quoted.Value(PathOf(member), LongestPath), Quoted.Value(reason, Quoted.LongestFault)));

    public string PathOf(string member) => path.Length == 0 ? member : $"{path}.{member}";

    /// <summary>Notes a fault if a member is missing.</summary>
    public void Require(string member, string expected)
    {
        if (Find(member) is null)
            Fault(member, $"is missing; expected {expected}.");
    }

    public string Text(string member)
    {
        Require(member, "a text");
        return OptionalText(member) ?? string.Empty;
    }

    /// <summary>A text that can be a name in a path.</summary>
    public string Name(string member)
    {
        string name = Text(member);
        if (name.Length > 0 && !SafeName.IsSafe(name))
            Fault(member, $"is '{Quoted.Value(name)}'; expected {SafeName.Expected}.");

        return name;
    }

    public string? OptionalText(string member)
    {
        if (Find(member) is not { } value)
            return null;

        try
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
                return text;
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate is JSON, but no text; it is reported as any other wrong value.
        }

        Fault(member, value, "a text that is not empty");
        return null;
    }

    public long Count(string member)
    {
        Require(member, "a whole number");
        if (Find(member) is not { } value)
            return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number > 0)
            return number;

        Fault(member, value, "a whole number of at least 1");
        return 0;
    }

    public double? OptionalNumber(string member)
    {
        if (Find(member) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
            return number;

        Fault(member, value, "a finite number");
        return null;
    }

    /// <summary>The objects of an array; none if the array is missing.</summary>
    public IEnumerable<ManifestNode> Objects(string member)
    {
        if (Find(member) is not { } value)
            yield break;

        if (value.ValueKind != JsonValueKind.Array)
        {
            Fault(member, value, "an array");
            yield break;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            string name = FormattableString.Invariant($"{member}[{index++}]");
            if (item.ValueKind == JsonValueKind.Object)
                yield return new ManifestNode(item, PathOf(name), faults);
            else
                Fault(name, item, "an object");
        }
    }

    /// <summary>Reads a configuration record, and checks its own rules too.</summary>
    public T? Configuration<T>(string member, JsonTypeInfo<T> type, Action<T> validate)
        where T : class
    {
        Require(member, "an object");
        if (Find(member) is not { } element)
            return null;

        try
        {
            T value = element.Deserialize(type) ?? throw new JsonException("It is null; expected an object.");
            validate(value);
            return value;
        }
        catch (JsonException exception)
        {
            // The message ends with a path and a position that are relative to the inner object.
            string inner = exception.Path is { Length: > 1 } innerPath ? innerPath[1..] : string.Empty;
            Fault(member + inner, $"cannot be read: {exception.Message.Split(" Path: ")[0]}");
        }
        catch (ScottConfigurationException exception)
        {
            foreach (string fault in exception.Faults)
                Fault(member, $"is not valid: {fault}");
        }

        return null;
    }

    private JsonElement? Find(string member) => element.TryGetProperty(member, out JsonElement value) ? value : null;

    private void Fault(string member, JsonElement found, string expected)
    {
        string text = found.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            _ => found.GetRawText(),
        };
        Fault(member, $"is {Quoted.Value(text)}; expected {expected}.");
    }
}
