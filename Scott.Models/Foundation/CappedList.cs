namespace Scott.Models.Foundation;

/// <summary>Keeps the first items and counts the rest, so that faulty data of any size takes bounded memory.</summary>
internal sealed class CappedList<T>(int capacity = 20)
{
    private readonly List<T> _items = [];

    public IReadOnlyList<T> Items => _items;

    /// <summary>The number of items added, including those that were not kept.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the list is full: further items are only counted.</summary>
    public bool IsFull => _items.Count == capacity;

    public void Add(T item)
    {
        Count++;
        if (!IsFull)
            _items.Add(item);
    }

    /// <summary>The items as the lines of a message, and how many more there are.</summary>
    public static string Lines(IReadOnlyList<T> items, int count) =>
        $"{Environment.NewLine}- {string.Join(Environment.NewLine + "- ", items)}"
            + (count > items.Count ? FormattableString.Invariant($"{Environment.NewLine}- and {count - items.Count} more") : string.Empty);

    /// <summary>Writes a message about faults: a single fault in the same line, several faults in the lines below.</summary>
    public static string Faults(string about, IReadOnlyList<T> faults, int count) =>
        count == 1 ? $"{about}: {faults[0]}" : $"{about}, {Plural.Of(count, "fault")}:{Lines(faults, count)}";
}
