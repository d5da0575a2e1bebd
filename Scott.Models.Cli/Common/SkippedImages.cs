namespace Scott.Models.Cli;

/// <summary>The skipped images with the reason: the first ones for people, all for scripts.</summary>
internal sealed class SkippedImages
{
    private const int MaximumShown = 20;

    private readonly List<(string Path, string Error)> _images = [];

    public long Count => _images.Count;

    /// <summary>Each with the reason.</summary>
    public IReadOnlyList<(string Path, string Error)> Images => _images;

    public void Add(string name, Exception error) => _images.Add((name, Faults.Describe(error)));

    /// <summary>Prints them; nothing if nothing was skipped.</summary>
    public void Print(Screen screen)
    {
        if (Count == 0)
            return;

        screen.Warn($"Skipped {Count} of the images:");
        foreach ((string Path, string Error) image in _images.Take(MaximumShown))
            screen.Warn($"  {Describe(image.Path, image.Error)}");

        if (Count > MaximumShown)
            screen.Warn($"  and {Count - MaximumShown} more");
    }

    public object ToJson() => new { count = Count, images = _images.Select(image => new { path = image.Path, error = image.Error }) };

    /// <summary>An image with its error. Most errors name the file themselves.</summary>
    public static string Describe(string path, string error) => error.Contains(path, StringComparison.Ordinal) ? error : $"{path}: {error}";
}
