using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>An object of a manifest's JSON and where it stands. Reads its members; what is wrong is noted with its path.</summary>
internal sealed class ManifestNode(JsonElement element, string path, CappedList<ManifestFault> faults)
{
    private const int LongestPath = 200;

    public void Fault(string member, string reason) =>
        faults.Add(new ManifestFault(Quoted.Value(PathOf(member), LongestPath), Quoted.Value(reason, Quoted.LongestFault)));

    public string PathOf(string member) => path.Length == 0 ? member : $"{path}.{member}";

    public string Text(string member)
    {
        string? text = OptionalText(member);
        if (text is null && !Has(member))
        {
            Fault(member, "is missing; expected a text.");
        }

        return text ?? string.Empty;
    }

    /// <summary>A text that can be part of a path.</summary>
    public string Name(string member)
    {
        string name = Text(member);
        if (name.Length > 0 && !SafeName.IsSafe(name))
        {
            Fault(member, $"is '{Quoted.Value(name)}'; expected {SafeName.Expected}.");
        }

        return name;
    }

    public string? OptionalText(string member)
    {
        if (!Has(member))
        {
            return null;
        }

        JsonElement value = element.GetProperty(member);
        try
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            {
                return text;
            }
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate is JSON, but no text; it is reported as any other wrong value.
        }

        Fault(member, $"is {Show(value)}; expected a text that is not empty.");
        return null;
    }

    public long Count(string member)
    {
        if (!Has(member))
        {
            Fault(member, "is missing; expected a whole number.");
            return 0;
        }

        JsonElement value = element.GetProperty(member);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number > 0)
        {
            return number;
        }

        Fault(member, $"is {Show(value)}; expected a whole number of at least 1.");
        return 0;
    }

    public double? OptionalNumber(string member)
    {
        if (!Has(member))
        {
            return null;
        }

        JsonElement value = element.GetProperty(member);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number))
        {
            return number;
        }

        Fault(member, $"is {Show(value)}; expected a finite number.");
        return null;
    }

    /// <summary>Each object of an array; nothing if the array is not there.</summary>
    public IEnumerable<ManifestNode> Objects(string member)
    {
        if (!Has(member))
        {
            yield break;
        }

        JsonElement value = element.GetProperty(member);
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fault(member, $"is {Show(value)}; expected an array.");
            yield break;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            string name = FormattableString.Invariant($"{member}[{index++}]");
            if (item.ValueKind == JsonValueKind.Object)
            {
                yield return new ManifestNode(item, PathOf(name), faults);
            }
            else
            {
                Fault(name, $"is {Show(item)}; expected an object.");
            }
        }
    }

    /// <summary>A configuration record, whose own rules are checked too.</summary>
    public T? Configuration<T>(string member, JsonTypeInfo<T> type, Action<T> validate)
        where T : class
    {
        if (!Has(member))
        {
            Fault(member, "is missing; expected an object.");
            return null;
        }

        try
        {
            T? value = element.GetProperty(member).Deserialize(type) ?? throw new JsonException("It is null; expected an object.");
            validate(value);
            return value;
        }
        catch (JsonException exception)
        {
            // The message ends with a path and position of its own, which count from the inner object.
            string inner = exception.Path is { Length: > 1 } innerPath ? innerPath[1..] : string.Empty;
            Fault(member + inner, $"cannot be read: {exception.Message.Split(" Path: ")[0]}");
        }
        catch (ScottConfigurationException exception)
        {
            foreach (string fault in exception.Faults)
            {
                Fault(member, $"is not valid: {fault}");
            }
        }

        return null;
    }

    public bool Has(string member) => element.TryGetProperty(member, out _);

    private static string Show(JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            _ => value.GetRawText(),
        };
        return Quoted.Value(text);
    }
}
