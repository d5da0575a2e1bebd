namespace Scott.Models.Foundation;

/// <summary>Refuses sequences that hold <see langword="null"/>, and says where.</summary>
internal static class Items
{
    public static T[] NotNull<T>(IEnumerable<T?> items, string noun, [CallerArgumentExpression(nameof(items))] string parameter = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(items, parameter);
        return [.. items.Select((item, index) => item ?? throw IsNull(index, noun, parameter))];
    }

    /// <summary>The same for a stream: it throws when it reaches the item.</summary>
    public static async IAsyncEnumerable<T> NotNullAsync<T>(
        IAsyncEnumerable<T?> items, string noun, string parameter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        long index = 0;
        await foreach (T? item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return item ?? throw IsNull(index, noun, parameter);
            index++;
        }
    }

    public static ArgumentException IsNull(long index, string noun, string parameter) =>
        new(FormattableString.Invariant($"Item {index}, counted from 0, is null; expected {noun}."), parameter);
}
