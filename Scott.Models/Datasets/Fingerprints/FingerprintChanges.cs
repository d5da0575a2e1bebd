namespace Scott.Models.Datasets;

/// <summary>Says what changed between two states of a dataset.</summary>
internal sealed class FingerprintChanges
{
    private const int Shown = 5;

    private readonly string _noun;
    private readonly List<ImageRecord> _missing;
    private readonly List<ImageRecord> _new;
    private readonly List<string> _changed = [];
    private readonly List<string> _renamed = [];
    private readonly List<string> _moved = [];

    private FingerprintChanges(IReadOnlyList<ImageRecord> before, IReadOnlyList<ImageRecord> now, string noun)
    {
        _noun = noun;
        _missing = [.. before];
        _new = [.. now];
        Pair(record => record, (_, _) => { });
        Pair(record => (record.Name, record.Content), NoteClass);
        Pair(record => record.Name, (old, current) =>
        {
            _changed.Add(current.Name);
            NoteClass(old, current);
        });
        Pair(record => record.Content, (old, current) =>
        {
            _renamed.Add($"{old.Name} to {current.Name}");
            NoteClass(old, current);
        });
    }

    /// <summary>A clause for each kind of change, with the first few images; none if nothing changed.</summary>
    public static IReadOnlyList<string> Describe(IReadOnlyList<ImageRecord> before, IReadOnlyList<ImageRecord> now, string noun)
    {
        var changes = new FingerprintChanges(before, now, noun);
        List<string> lines = [];
        changes.Add(lines, changes._new.ConvertAll(record => record.Name), "was added", "were added");
        changes.Add(lines, changes._missing.ConvertAll(record => record.Name), "was removed", "were removed");
        changes.Add(lines, changes._renamed, "was renamed", "were renamed");
        changes.Add(lines, changes._changed, "has other content", "have other content");
        changes.Add(lines, changes._moved, "has another class", "have another class");
        bool isSameSet = changes._new.Count + changes._missing.Count + changes._renamed.Count == 0;
        if (isSameSet && changes.FirstOutOfOrder(before, now) is { } first)
            lines.Add(first);

        return lines;
    }

    /// <summary>Removes pairs of records with the same key from both lists. A name may occur several times.</summary>
    private void Pair<TKey>(Func<ImageRecord, TKey> key, Action<ImageRecord, ImageRecord> onPair)
        where TKey : notnull
    {
        ILookup<TKey, ImageRecord> olds = _missing.ToLookup(key);
        var used = new Dictionary<TKey, int>();
        List<ImageRecord> unpaired = [];
        foreach (ImageRecord record in _new)
        {
            TKey wanted = key(record);
            int taken = used.GetValueOrDefault(wanted);
            if (taken < olds[wanted].Count() && (wanted is not ImageContent content || content.Bytes > 0))
            {
                used[wanted] = taken + 1;
                onPair(olds[wanted].ElementAt(taken), record);
            }
            else
            {
                unpaired.Add(record);
            }
        }

        _new.Clear();
        _new.AddRange(unpaired);
        _missing.RemoveAll(record => used.TryGetValue(key(record), out int left) && (used[key(record)] = left - 1) >= 0);
    }

    private void NoteClass(ImageRecord old, ImageRecord current)
    {
        if (old.Class != current.Class)
            _moved.Add($"{current.Name}: {old.Class ?? "none"} to {current.Class ?? "none"}");
    }

    private void Add(List<string> lines, List<string> images, string one, string many)
    {
        if (images.Count > 0)
        {
            string more = images.Count > Shown ? ", …" : string.Empty;
            lines.Add($"{Plural.Of(images.Count, _noun)} {(images.Count == 1 ? one : many)} ({string.Join(", ", images.Take(Shown))}{more})");
        }
    }

    private string? FirstOutOfOrder(IReadOnlyList<ImageRecord> before, IReadOnlyList<ImageRecord> now)
    {
        bool hasOtherLine = _changed.Count + _moved.Count > 0;
        for (int i = 0; i < now.Count; i++)
        {
            // If nothing else changed, content tells images of the same name apart.
            if (now[i].Name != before[i].Name || (!hasOtherLine && now[i] != before[i]))
                return FormattableString.Invariant($"the {_noun}s are in another order from number {i + 1} on ({now[i].Name})");
        }

        return null;
    }
}
