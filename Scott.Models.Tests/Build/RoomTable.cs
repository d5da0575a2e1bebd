using System.Text.RegularExpressions;
using Scott.Models.Tests.Documentation;

namespace Scott.Models.Tests.Build;

/// <summary>The table of rooms in <c>docs/architecture.md</c>: which room may use which.</summary>
internal sealed partial class RoomTable
{
    private const string None = "–";

    /// <summary>A room and the rooms that its row names. What those may use, it may use too.</summary>
    private readonly Dictionary<string, string[]> _rows;

    private RoomTable(Dictionary<string, string[]> rows) => _rows = rows;

    public IReadOnlyCollection<string> Rooms => _rows.Keys;

    public static RoomTable Read() => new(Rows().Matches(DocumentBlocks.Read("docs/architecture.md")).ToDictionary(
        row => row.Groups[1].Value, row => row.Groups[2].Value.Trim() is not None and string below ? below.Split(", ") : [], StringComparer.Ordinal));

    /// <summary>All rooms that a room may use.</summary>
    public HashSet<string> Below(string room)
    {
        HashSet<string> below = [];
        var open = new Queue<string>(_rows[room]);
        while (open.TryDequeue(out string? next))
        {
            if (below.Add(next))
                Array.ForEach(_rows[next], open.Enqueue);
        }

        return below;
    }

    [GeneratedRegex(@"^\| `(\w+)/` \|[^|\n]+\|([^|\n]+)\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
