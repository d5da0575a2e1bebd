using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Benchmarks;

/// <summary>
/// What a .NET app gets without this package: the 512 features of ML.NET's ResNet18, which learned from ImageNet's labels, measured by the same
/// nearest neighbors and linear probe as our models. Needs <c>-p:ResNet18=true</c>, which adds the package of the network (64 MB).
/// </summary>
internal static class ResNet18
{
    private const string Command = "resnet18";
    private const string SpeedCommand = "resnet18-speed";
    private const int Rounds = 7;
    private const int ImagePixels = 224;
    private const int Width = 512;

    /// <summary>Short side 256, center 224, values from 0 to 255: the first network subtracts its mean image itself.</summary>
    private static readonly PreprocessingSpec Preprocessing = PreprocessingSpec.ForImage(ImagePixels) with
    {
        Mean = default,
        StandardDeviation = new(1 / 255f, 1 / 255f, 1 / 255f),
    };

    private static readonly string ModelPath = Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx");
    private static readonly string PreprocessingPath = Path.Combine(AppContext.BaseDirectory, "ResNetPreprocess.onnx");

    public static bool Handles(string[] arguments) => arguments is [Command or SpeedCommand, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        bool isSpeed = arguments[0] == SpeedCommand;
        if (!File.Exists(ModelPath) || (isSpeed ? arguments.Length != 2 : arguments.Length < 3))
        {
            await Console.Error.WriteLineAsync(
                $"usage: -p:ResNet18=true -- {Command} TRAIN [MORE-TRAINING-FOLDERS] TEST, or {SpeedCommand} IMAGES");
            return 2;
        }

        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var preprocessing = new InferenceSession(PreprocessingPath, options);
        using var network = new InferenceSession(ModelPath, options);
        InferenceSession[] chain = [preprocessing, network];
        await (isSpeed ? MeasureSpeedAsync(arguments[1], chain) : MeasureAccuracyAsync(arguments, chain));
        return 0;
    }

    /// <summary>Images per second from files to vectors, by both networks in turns, one image on each core.</summary>
    private static async Task MeasureSpeedAsync(string folder, InferenceSession[] chain)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var preprocessor = new ImagePreprocessor(Preprocessing);
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        List<double> ratios = [];
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(files, async (file, token) =>
            {
                float[] image = new float[preprocessor.TensorLength];
                await preprocessor.PreprocessAsync(file, image, token);
                Encode(chain, image, 1);
            });
            double theirs = files.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            int done = 0;
            await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(files))
                done += embedding.IsSuccess ? 1 : 0;

            double ours = done / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round > 0) // The first round warms up.
                ratios.Add(ours / theirs);

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"images per second: ResNet18 {theirs:F1}, {ScottModels.DefaultId} {ours:F1}, ratio {ours / theirs:F2}"));
        }

        ratios.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"ratio: median {ratios[Rounds / 2]:F2}, {ratios[0]:F2} to {ratios[^1]:F2} in {Rounds} rounds"));
    }

    /// <summary>Takes folders of training images, then the folder of test images. A tenth of the training images chooses the penalty.</summary>
    private static async Task MeasureAccuracyAsync(string[] arguments, InferenceSession[] chain)
    {
        var training = new ConcatenatedDataset(arguments[1..^1].Select(ImageFolder.OpenLabeled));
        IImageDataset test = LabeledClasses.Align(training.ClassNames, ImageFolder.OpenLabeled(arguments[^1]), nameof(test));
        LabeledFeatures learned = await ReadAsync(training, chain);
        LabeledFeatures tested = await ReadAsync(test, chain);
        IReadOnlyList<string> classNames = training.ClassNames;
        (LabeledFeatures fitted, LabeledFeatures chosen) = Split(learned);
        var features = new EvaluationFeatures(fitted, chosen, tested, learned);
        (ProbeResult linear, double penalty) = LinearProbe.Measure(features, classNames, CancellationToken.None);
        double neighbors = NearestNeighbors.Accuracy(learned, tested, classNames.Count, FrozenAccuracy.Neighbors);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ResNet18 on {tested.Labels.Count} images of {classNames.Count} classes: "
                + $"kNN {100 * neighbors:F1}, linear {100 * linear.Test.Top1:F1} (penalty {penalty})"));
    }

    private static Task<LabeledFeatures> ReadAsync(IImageDataset dataset, InferenceSession[] chain) => LabeledFeatureReader.ReadAsync(
        dataset, new ImagePreprocessor(Preprocessing), (images, count) => Encode(chain, images, count), progress: null,
        (name, error) => Console.Error.WriteLine($"{name}: {error.Message}"), CancellationToken.None);

    /// <summary>Images [count, 3, 224, 224] → [count, 512]. The networks take one image at a time.</summary>
    private static float[] Encode(InferenceSession[] chain, float[] images, int count)
    {
        float[] features = new float[count * Width];
        Parallel.For(0, count, image =>
        {
            const int imageSize = 3 * ImagePixels * ImagePixels;
            float[] values = images[(image * imageSize)..((image + 1) * imageSize)];
            foreach (InferenceSession network in chain)
                values = Run(network, values);
            values.CopyTo(features.AsSpan(image * Width));
        });
        return features;
    }

    private static float[] Run(InferenceSession network, float[] image)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, ImagePixels, ImagePixels]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = network.Run(options, network.InputNames, [input], network.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Each tenth image of a class chooses the penalty.</summary>
    private static (LabeledFeatures Fitted, LabeledFeatures Chosen) Split(LabeledFeatures all)
    {
        var seen = new Dictionary<int, int>();
        bool[] isChosen = [.. all.Labels.Select(label => (seen[label] = seen.GetValueOrDefault(label) + 1) % 10 == 0)];
        int[] Where(bool chosen) => [.. Enumerable.Range(0, isChosen.Length).Where(image => isChosen[image] == chosen)];
        return (all.Take(Where(false)), all.Take(Where(true)));
    }
}
