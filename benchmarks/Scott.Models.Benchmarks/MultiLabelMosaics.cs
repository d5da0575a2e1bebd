using System.Globalization;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>
/// How well a linear head on frozen features finds several labels: mosaics of one to four images of different classes, drawn by a seed from labeled
/// folders, have the labels of their tiles. Compares the default model with an untrained one and with chance.
/// </summary>
internal static class MultiLabelMosaics
{
    private const string Command = "multilabel";
    private const int TrainingMosaics = 1500;
    private const int TestMosaics = 750;
    private const int Epochs = 12;
    private const int TilePixels = 112;
    private const int Columns = 2;
    private const int Tiles = Columns * Columns;
    private const int SidePixels = Columns * TilePixels;
    private const byte Gray = 124;
    private const ulong Seed = 47;

    public static bool Handles(string[] arguments) => arguments is [Command, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length != 3)
        {
            await Console.Error.WriteLineAsync($"usage: {Command} TRAIN TEST, each with a folder per class");
            return 2;
        }

        ImageList training = await DrawAsync(ImageFolder.OpenLabeled(arguments[1]), TrainingMosaics, "training");
        ImageList test = await DrawAsync(ImageFolder.OpenLabeled(arguments[2]), TestMosaics, "test");
        ScottModel pretrained = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId);
        await MeasureAsync(ScottModels.DefaultId, pretrained, training, test);
        await MeasureAsync("the same architecture, untrained", ScottModel.Create(pretrained.Architecture, (long)Seed), training, test);
        return 0;
    }

    private static async Task MeasureAsync(string name, ScottModel model, ImageList training, ImageList test)
    {
        MultiLabelResult result = await model.FineTuneMultiLabel(training)
            .WithFrozenBackbone()
            .WithHead(ClassifierHead.Linear)
            .WithEpochs(Epochs)
            .WithAugmentation(null)
            .RunAsync();
        using ImageClassifier classify = result.Classifier.Classify().Build();
        MultiLabelMetrics metrics = await classify.EvaluateMultiLabelAsync(test);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {metrics}; by chance about {100 * metrics.ChanceAveragePrecision:F1} % mAP; {metrics.Labels.Count} labels, "
                + $"{training.Count} training images, best epoch {result.BestEpoch.Epoch}, {result.History[^1].ElapsedSeconds:F0} s"));
    }

    /// <summary>Mosaics with one to four tiles at random places; the other places are gray.</summary>
    private static async Task<ImageList> DrawAsync(ImageFolder images, int count, string purpose)
    {
        ILookup<int, int> byClass = Enumerable.Range(0, images.Count).ToLookup(index => images.LabelOf(index)!.Value);
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(TilePixels));
        var mosaics = new (ImageSource Source, IReadOnlyList<string> Labels)[count];
        await Parallel.ForAsync(0, count, async (number, token) =>
        {
            var random = new DeterministicRandom(Seed, string.Create(CultureInfo.InvariantCulture, $"{purpose}/{number}"));
            int[] classes = [.. Enumerable.Range(0, images.ClassNames.Count)];
            int[] places = [.. Enumerable.Range(0, Tiles)];
            random.Shuffle(classes);
            random.Shuffle(places);
            byte[] pixels = new byte[SidePixels * SidePixels * 3];
            Array.Fill(pixels, Gray);
            int[] shown = classes[..(1 + random.NextInt32(Tiles))];
            for (int tile = 0; tile < shown.Length; tile++)
            {
                int[] candidates = [.. byClass[shown[tile]]];
                int index = candidates[random.NextInt32(candidates.Length)];
                Paste(await preprocessor.PreprocessToImageAsync(images.SourceOf(index), token), pixels, places[tile]);
            }

            RgbImage mosaic = RgbImage.FromPixels(pixels, SidePixels, SidePixels, PixelLayout.Rgb24);
            string name = string.Create(CultureInfo.InvariantCulture, $"{purpose} mosaic {number}");
            mosaics[number] = (ImageSource.FromImage(mosaic, name), [.. shown.Select(label => images.ClassNames[label])]);
        });
        return ImageList.FromMultiLabeled(mosaics);
    }

    private static void Paste(RgbImage tile, byte[] pixels, int place)
    {
        for (int row = 0; row < TilePixels; row++)
        {
            int at = (((place / Columns * TilePixels) + row) * SidePixels) + (place % Columns * TilePixels);
            tile.Pixels.Span.Slice(row * TilePixels * 3, TilePixels * 3).CopyTo(pixels.AsSpan(at * 3));
        }
    }
}
