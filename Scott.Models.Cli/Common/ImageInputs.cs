using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Cli;

/// <summary>Opens folders of images and CSV lists of images, and reports before a long run what would make it fail later.</summary>
internal static class ImageInputs
{
    public const string HelpName = "folder|list.csv";

    /// <summary>Whether a file is a CSV list of images, by its name.</summary>
    public static bool IsList(string path) => Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Images whose labels are not used: folders with all subfolders, and lists. Several make one dataset.</summary>
    public static Task<IImageDataset> OpenAsync(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
        JoinAsync(inputs, async input => IsList(input) ? await ImageList.FromCsvAsync(input, cancellationToken) : ImageFolder.Open(input));

    /// <summary>Images with one label each: folders with a folder per class, and lists. Several make one dataset, where classes of the same name
    /// are one.</summary>
    /// <exception cref="UsageException">A list has no labels.</exception>
    public static Task<IImageDataset> OpenLabeledAsync(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
        JoinAsync(inputs, async input => IsList(input) ? await OpenLabeledListAsync(input, cancellationToken) : ImageFolder.OpenLabeled(input));

    /// <summary>The images of a test, or <see langword="null"/> without a path.</summary>
    /// <exception cref="UsageException">They have other classes than the training images, or a list has no labels.</exception>
    public static async Task<IImageDataset?> OpenTestAsync(string? input, IImageDataset training, CancellationToken cancellationToken)
    {
        if (input is null)
            return null;

        IImageDataset test = await OpenLabeledAsync([input], cancellationToken);
        RequireKnown(input, test, training.ClassNames, "classes", "the training images do");
        return test;
    }

    /// <summary>Looks at the images of a test before a training: warns of those that are training images too, and refuses those that cannot be read
    /// if the run must not leave them out.</summary>
    /// <param name="test">The images of the test, or <see langword="null"/> without a test.</param>
    /// <param name="training">The images of the training.</param>
    /// <param name="preprocessing">That of the model.</param>
    /// <param name="run">How the run works.</param>
    /// <param name="screen">Where to print.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="IOException">An image cannot be read, and the run must not leave it out.</exception>
    public static async Task CheckTestAsync(
        IImageDataset? test, IImageDataset training, PreprocessingSpec preprocessing, RunChoices run, Screen screen,
        CancellationToken cancellationToken)
    {
        if (test is null)
            return;

        var learned = Paths(training).ToHashSet(InputFiles.Paths);
        int shared = Paths(test).Count(learned.Contains);
        if (shared > 0)
        {
            string images = $"{shared} of the {Plural.Of(test.Count, "test image")} {(shared == 1 ? "is a training image" : "are training images")}";
            screen.Warn($"warning: {images} too, so that results will look better than they are.");
        }

        if (run.FailsOnUnreadable)
            await RequireReadableAsync(test, new ImagePreprocessor(preprocessing), run.Workers, screen, cancellationToken);
    }

    /// <param name="input">What errors call the images.</param>
    /// <param name="images">The images.</param>
    /// <param name="known">The classes that they may have.</param>
    /// <param name="kind">What errors call those: classes or labels.</param>
    /// <param name="owner">What has them, with its verb.</param>
    /// <exception cref="UsageException">The images have other classes.</exception>
    public static void RequireKnown(string input, IImageDataset images, IReadOnlyList<string> known, string kind, string owner)
    {
        string[] unknown = [.. images.ClassNames.Except(known, StringComparer.Ordinal)];
        Check.That(
            unknown.Length == 0,
            $"'{input}' has the {kind} '{string.Join("', '", unknown)}', which {owner} not have; expected only '{string.Join("', '", known)}'.");
    }

    /// <summary>Opens each input; several make one dataset.</summary>
    public static async Task<IImageDataset> JoinAsync(IReadOnlyList<string> inputs, Func<string, Task<IImageDataset>> openAsync)
    {
        List<IImageDataset> all = [];
        foreach (string input in inputs)
            all.Add(await openAsync(input));

        return all.Count == 1 ? all[0] : new ConcatenatedDataset(all);
    }

    private static IEnumerable<string> Paths(IImageDataset images) =>
        Enumerable.Range(0, images.Count).Select(index => Path.GetFullPath(images.NameOf(index)));

    /// <exception cref="IOException">An image cannot be read.</exception>
    private static Task<bool> RequireReadableAsync(
        IImageDataset images, ImagePreprocessor preprocessor, int workers, Screen screen, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers == 0 ? -1 : workers, CancellationToken = cancellationToken };
        int done = 0;
        return ProgressBars.ShowAsync(screen, "Reading the test images", async report =>
        {
            await Parallel.ForAsync(0, images.Count, parallel, async (index, token) =>
            {
                try
                {
                    await preprocessor.PreprocessToImageAsync(images.SourceOf(index), token);
                }
                catch (Exception exception) when (exception is ImageFormatException or IOException or UnauthorizedAccessException)
                {
                    string image = SkippedImages.Describe(images.NameOf(index), Faults.Describe(exception));
                    throw new IOException($"--fail-on-unreadable ends the run: {image}", exception);
                }

                report("images", Interlocked.Increment(ref done), images.Count);
            });
            return true;
        });
    }

    private static async Task<ImageList> OpenLabeledListAsync(string path, CancellationToken cancellationToken)
    {
        ImageList list = await ImageList.FromCsvAsync(path, cancellationToken);
        Check.That(
            list.ClassNames.Count > 0,
            $"The list '{path}' has no labels; expected a path and a label in each line, such as cat/1.jpg,cat.");
        return list;
    }
}
