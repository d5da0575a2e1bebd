using System.Security.Cryptography;
using System.Text;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The labeled images of a protocol, with classes that fit together.</summary>
internal sealed class ProtocolImages
{
    private static readonly int[] UsualFewShot = [1, 5, 10];

    private ProtocolImages(IImageDataset training, IImageDataset? validation, IImageDataset test, IReadOnlyList<int> fewShot) =>
        (Training, Validation, Test, FewShot) = (training, validation, test, fewShot);

    public IImageDataset Training { get; }

    public IImageDataset? Validation { get; }

    public IImageDataset Test { get; }

    /// <summary>Images per class for the table of few labels.</summary>
    public IReadOnlyList<int> FewShot { get; }

    /// <summary>The number of images with labels to learn from.</summary>
    public int Labeled => Training.Count + (Validation?.Count ?? 0);

    /// <summary>Changes with every image that is added, removed, or has another size.</summary>
    public string Digest => string.Join(' ', new[] { Training, Validation, Test }.OfType<IImageDataset>().Select(DigestOf));

    /// <summary>Opens the images, and reads some of each class: what would make probes fail must show before a pre-training of hours.</summary>
    /// <exception cref="UsageException">The classes do not fit together, or a class has too few images that can be read.</exception>
    public static async Task<ProtocolImages> OpenAsync(
        ProtocolOptions options, PreprocessingSpec preprocessing, Screen screen, CancellationToken cancellationToken)
    {
        IImageDataset training = await ImageInputs.OpenLabeledAsync([options.Training], cancellationToken);

        // Without validation images, probes set some training images aside: for the first seed these.
        IImageDataset learned = options.Validation is null
            ? DatasetSplit.Stratified(training, new EvaluationOptions().ValidationRatio, ProtocolFiles.FirstSeed).Training
            : training;
        int wanted = (options.FewShot ?? UsualFewShot).Max();
        (string smallest, int least) = await ProgressBars.ShowAsync(
            screen, "Reading images of each class", report => LeastReadableAsync(learned, wanted, preprocessing, report, cancellationToken));
        int[] fewShot = [.. (options.FewShot ?? [.. UsualFewShot.Where(count => count <= least)]).Distinct().Order()];
        string found = $"the class '{smallest}' of '{options.Training}' has {Plural.Of(least, "readable image")} for probes to learn from"
            + (options.Validation is null ? ", without those that are set aside for validation" : string.Empty);
        Check.That(least > 0, $"{found}. Repair or replace its files, or leave the class out.");
        Check.That(fewShot.All(count => count <= least), $"--few-shot is {string.Join(' ', fewShot)}, but {found}.");
        IImageDataset? validation = await ImageInputs.OpenTestAsync(options.Validation, training, cancellationToken);
        IImageDataset test = (await ImageInputs.OpenTestAsync(options.Test, training, cancellationToken))!;
        return new ProtocolImages(training, validation, test, fewShot);
    }

    /// <summary>The class with the fewest images that can be read, and their number; not more than wanted, because no more are read.</summary>
    private static async Task<(string Class, int Count)> LeastReadableAsync(
        IImageDataset images, int wanted, PreprocessingSpec preprocessing, Action<string, long, long> report, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        IGrouping<int?, int>[] classes = [.. Enumerable.Range(0, images.Count).GroupBy(images.LabelOf)];
        int[] readable = new int[classes.Length];
        int done = 0;
        await Parallel.ForAsync(0, classes.Length, cancellationToken, async (number, token) =>
        {
            foreach (int index in classes[number].TakeWhile(_ => readable[number] < wanted))
                readable[number] += await IsReadableAsync(images.SourceOf(index), preprocessor, token) ? 1 : 0;

            report("classes", Interlocked.Increment(ref done), classes.Length);
        });
        int least = Array.IndexOf(readable, readable.Min());
        return (images.ClassNames[classes[least].Key!.Value], readable[least]);
    }

    private static async Task<bool> IsReadableAsync(ImageSource image, ImagePreprocessor preprocessor, CancellationToken cancellationToken)
    {
        try
        {
            await preprocessor.PreprocessToImageAsync(image, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string DigestOf(IImageDataset folder)
    {
        string list = string.Join('\n', Enumerable.Range(0, folder.Count).Select(
            index => $"{folder.RelativeNameOf(index)} {new FileInfo(folder.SourceOf(index).Name).Length}"));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(list)));
    }
}
