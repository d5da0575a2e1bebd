namespace Scott.Models.Foundation;

/// <summary>Keeps the first items and counts the rest, so that faulty data of any size takes bounded memory.</summary>
internal sealed class CappedList<T>(int capacity = 20)
{
    private readonly List<T> _items = [];

    public IReadOnlyList<T> Items => _items;

    /// <summary>How many were added, those that were not kept included.</summary>
    public int Count { get; private set; }

    /// <summary>Whether further items are only counted.</summary>
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

    /// <summary>A message about faults: a single one stands behind what it is about, several below it as lines.</summary>
    public static string Faults(string about, IReadOnlyList<T> faults, int count) =>
        count == 1 ? $"{about}: {faults[0]}" : $"{about}, {Plural.Of(count, "fault")}:{Lines(faults, count)}";
}
