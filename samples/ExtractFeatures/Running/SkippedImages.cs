using Samples.Shared;
using Scott.Models.Inference;

namespace ExtractFeatures.Running;

/// <summary>The images that gave nothing: all are counted, the first are kept with the reason.</summary>
internal sealed class SkippedImages
{
    private const int MaximumShown = 20;

    private readonly List<string> _first = [];

    public long Count { get; private set; }

    public void Add(ImageEmbedding embedding)
    {
        if (++Count > MaximumShown)
        {
            return;
        }

        // Most errors name the file themselves.
        string reason = Faults.Describe(embedding.Error!);
        _first.Add(reason.Contains(embedding.Name, StringComparison.Ordinal) ? $"  {reason}" : $"  {embedding.Name}: {reason}");
    }

    /// <summary>What to print: nothing if nothing was skipped.</summary>
    public IEnumerable<string> Lines()
    {
        if (Count == 0)
        {
            return [];
        }

        string[] rest = Count > _first.Count ? [$"  and {Count - _first.Count} more"] : [];
        return [$"Skipped {Count} of the images:", .. _first, .. rest];
    }
}
