using System.Security.Cryptography;
using System.Text;
using Scott.Models.Datasets;
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

    /// <exception cref="UsageException">The classes do not fit together, or a class has too few images.</exception>
    public static async Task<ProtocolImages> OpenAsync(ProtocolOptions options, CancellationToken cancellationToken)
    {
        IImageDataset training = await ImageInputs.OpenLabeledAsync([options.Training], cancellationToken);

        // Without validation images, probes set some training images aside.
        IImageDataset learned = options.Validation is null
            ? DatasetSplit.Stratified(training, new EvaluationOptions().ValidationRatio, ProtocolFiles.FirstSeed).Training
            : training;
        int least = Enumerable.Range(0, learned.Count).GroupBy(learned.LabelOf).Min(images => images.Count());
        int[] fewShot = [.. (options.FewShot ?? [.. UsualFewShot.Where(count => count <= least)]).Distinct().Order()];
        Check.That(
            fewShot.All(count => count <= least),
            $"--few-shot is {string.Join(' ', fewShot)}, but probes learn from {least} of the smallest class of '{options.Training}'.");
        IImageDataset? validation = await ImageInputs.OpenTestAsync(options.Validation, training, cancellationToken);
        IImageDataset test = (await ImageInputs.OpenTestAsync(options.Test, training, cancellationToken))!;
        return new ProtocolImages(training, validation, test, fewShot);
    }

    private static string DigestOf(IImageDataset folder)
    {
        string list = string.Join('\n', Enumerable.Range(0, folder.Count).Select(
            index => $"{folder.RelativeNameOf(index)} {new FileInfo(folder.SourceOf(index).Name).Length}"));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(list)));
    }
}
