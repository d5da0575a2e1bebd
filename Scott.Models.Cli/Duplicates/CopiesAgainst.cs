using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>The images that are nearly the same as one of another folder: of each, the nearest one. Best first.</summary>
internal sealed class CopiesAgainst
{
    /// <summary>How many images are searched for between two looks at the progress.</summary>
    private const int Part = 1024;

    private readonly string _folder;
    private readonly Copy[] _copies;

    private CopiesAgainst(string folder, int others, Copy[] copies) => (_folder, Others, _copies) = (folder, others, copies);

    /// <summary>How many images of the other folder could be read.</summary>
    public int Others { get; }

    /// <summary>The paths of the images that are copies.</summary>
    public IEnumerable<string> Paths => _copies.Select(copy => copy.Path);

    /// <summary>The images of the other folder that are not among the images themselves.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string[] OthersThan(IReadOnlyList<string> images, string folder)
    {
        var own = images.Select(Path.GetFullPath).ToHashSet(InputFiles.Paths);
        string[] others = [.. InputFiles.Expand([folder]).Where(path => !own.Contains(Path.GetFullPath(path)))];
        Check.That(others.Length > 0, $"'{folder}' has no images besides those that are compared with it.");
        return others;
    }

    /// <param name="images">The images.</param>
    /// <param name="folder">The name of the other folder.</param>
    /// <param name="others">Its images.</param>
    /// <param name="threshold">The least cosine of a copy.</param>
    /// <param name="screen">Shows how far it is.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public static async Task<CopiesAgainst> FindAsync(
        List<ImageEmbedding> images, string folder, List<ImageEmbedding> others, double threshold, Screen screen, CancellationToken cancellationToken)
    {
        Copy[] copies = others.Count == 0 ? [] : await ProgressBars.ShowAsync(screen, "Comparing with the other images", report => Task.Run(
            () => Find(images, others, threshold, report, cancellationToken), cancellationToken));
        return new CopiesAgainst(folder, others.Count, copies);
    }

    public void Print(Screen screen, int compared, string model, double threshold, int top)
    {
        if (_copies.Length > 0)
        {
            Table table = new Table().Title("nearly the same").AddColumns("cosine", "image", "is like");
            foreach (Copy copy in _copies.Take(top))
                table.AddRow(Figures.Number(copy.Cosine, "F4"), Markup.Escape(copy.Path), Markup.Escape(copy.CopyOf));

            screen.Output.Write(table);
        }

        if (_copies.Length > top)
            screen.Say($"And {Plural.Of(_copies.Length - top, "copy", "copies")} more; --top or --json lists them.");
        screen.Say($"Compared {Plural.Of(compared, "image")} with {Plural.Of(Others, "image")} of '{_folder}' "
            + $"by {model} at {Options.Say(threshold)}: {Plural.Of(_copies.Length, "copy", "copies")}.");
    }

    public object ToJson() => new { folder = _folder, compared = Others, copies = _copies };

    private static Copy[] Find(
        List<ImageEmbedding> images, List<ImageEmbedding> others, double threshold, Action<string, long, long> report,
        CancellationToken cancellationToken)
    {
        EmbeddingIndex index = others.ToEmbeddingIndex();
        List<Copy> copies = [];
        foreach ((int number, ImageEmbedding[] part) in images.Chunk(Part).Index())
        {
            IReadOnlyList<IReadOnlyList<SearchHit>> nearest = index.SearchBatch(
                part.Select(image => image.Vector), 1, part[0].Fingerprint, cancellationToken);
            copies.AddRange(part.Zip(nearest, (image, hits) => new Copy(image.Name, hits[0].Score, others[hits[0].Index].Name))
                .Where(copy => copy.Cosine >= threshold - DuplicatesRun.Rounding));
            report("images", (number * Part) + part.Length, images.Count);
        }

        return [.. copies.OrderByDescending(copy => copy.Cosine)];
    }

    /// <summary>An image and the nearest one of the other folder, as JSON has them.</summary>
    private sealed record Copy(string Path, float Cosine, string CopyOf);
}
