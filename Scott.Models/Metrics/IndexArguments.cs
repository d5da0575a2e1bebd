namespace Scott.Models.Metrics;

/// <summary>Checks what is added to an index, before anything of it changes, and what it is asked.</summary>
internal static class IndexArguments
{
    /// <summary>A query of length 1.</summary>
    /// <param name="width">How many numbers it must have.</param>
    /// <param name="query">The query.</param>
    /// <param name="parameter">The caller's parameter.</param>
    public static float[] Unit(int width, ReadOnlySpan<float> query, string parameter)
    {
        if (query.Length != width)
            throw new ArgumentException($"The query has {Plural.Of(query.Length, "number")}; this index holds vectors of {width}.", parameter);

        return IndexRows.Unit(query, Similarity.Length(query, parameter));
    }

    /// <summary>The Euclidean length of each vector.</summary>
    /// <param name="vectors">What is added.</param>
    /// <param name="width">How many numbers each must have.</param>
    /// <param name="isStored">Whether the width comes from the index, not from the first of these vectors.</param>
    /// <param name="parameter">The caller's parameter.</param>
    public static float[] Lengths(KeyValuePair<string, ReadOnlyMemory<float>>[] vectors, int width, bool isStored, string parameter)
    {
        int wrong = Array.FindIndex(vectors, vector => vector.Value.Length == 0 || vector.Value.Length != width);
        if (wrong >= 0)
        {
            string found = $"Vector {wrong}, counted from 0, has {Plural.Of(vectors[wrong].Value.Length, "number")}";
            string expected = width == 0 ? "at least one" : isStored ? $"{width}, as this index holds" : $"{width}, as the first has";
            throw new ArgumentException($"{found}; expected {expected}.", parameter);
        }

        return [.. vectors.Select(vector => Similarity.Length(vector.Value.Span, parameter))];
    }

    /// <summary>Gives the keys the rows from a first one on. Adds all or none.</summary>
    public static void AddKeys(
        Dictionary<string, int> rowsByKey, KeyValuePair<string, ReadOnlyMemory<float>>[] vectors, int firstRow, string parameter)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            string key = vectors[i].Key;
            string? fault = string.IsNullOrEmpty(key) ? "is empty; expected a text"
                : !IsUnicode(key) ? "is not legal Unicode, so no file can hold it"
                : firstRow > int.MaxValue - vectors.Length ? $"would be one of more than {int.MaxValue}; use a vector database"
                : !rowsByKey.TryAdd(key, firstRow + i) ? "is in the index already; remove it first"
                : null;
            if (fault is null)
                continue;

            foreach (KeyValuePair<string, ReadOnlyMemory<float>> added in vectors.AsSpan(0, i))
                rowsByKey.Remove(added.Key);

            throw new ArgumentException($"The key '{Quoted.Value(key ?? string.Empty)}' of vector {i}, counted from 0, {fault}.", parameter);
        }
    }

    /// <summary>How many numbers the vectors have together.</summary>
    /// <exception cref="ArgumentException">No array holds as many.</exception>
    public static int CountNumbers(long vectors, int width)
    {
        long numbers = vectors * width;
        return numbers <= Array.MaxLength ? (int)numbers : throw new ArgumentException(
            $"The vectors take {Plural.Of(numbers, "number")}; expected at most {Array.MaxLength}, as one array holds. Use fewer vectors.",
            nameof(vectors));
    }

    /// <summary>Whether each surrogate has its other half.</summary>
    public static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
