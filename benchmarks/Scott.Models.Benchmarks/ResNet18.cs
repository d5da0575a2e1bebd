using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
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
    private const string ModelFile = "ResNet18.onnx";

    public static bool Handles(string[] arguments) => arguments is [Command, ..];

    /// <summary>Takes folders of training images, then the folder of test images. A tenth of the training images chooses the penalty.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, ModelFile);
        if (arguments.Length < 3 || !File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"usage: -p:ResNet18=true -- {Command} TRAIN [MORE-TRAINING-FOLDERS] TEST");
            return 2;
        }

        var training = new ConcatenatedDataset(arguments[1..^1].Select(ImageFolder.OpenLabeled));
        IImageDataset test = LabeledClasses.Align(training.ClassNames, ImageFolder.OpenLabeled(arguments[^1]), nameof(test));
        using var session = new InferenceSession(path);
        LabeledFeatures learned = await ReadAsync(training, session);
        LabeledFeatures tested = await ReadAsync(test, session);
        IReadOnlyList<string> classNames = training.ClassNames;
        (LabeledFeatures fitted, LabeledFeatures chosen) = Split(learned);
        var features = new EvaluationFeatures(fitted, chosen, tested, learned);
        (ProbeResult linear, double penalty) = LinearProbe.Measure(features, classNames, CancellationToken.None);
        double neighbors = NearestNeighbors.Accuracy(learned, tested, classNames.Count, FrozenAccuracy.Neighbors);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ResNet18 on {tested.Labels.Count} images of {classNames.Count} classes: "
                + $"kNN {100 * neighbors:F1}, linear {100 * linear.Test.Top1:F1} (penalty {penalty})"));
        return 0;
    }

    private static Task<LabeledFeatures> ReadAsync(IImageDataset dataset, InferenceSession session) => LabeledFeatureReader.ReadAsync(
        dataset, new ImagePreprocessor(PreprocessingSpec.ForImage(224)), (images, count) => Encode(session, images, count), progress: null,
        (name, error) => Console.Error.WriteLine($"{name}: {error.Message}"), CancellationToken.None);

    /// <summary>Normalized images [count, 3, 224, 224] → [count, 512].</summary>
    private static float[] Encode(InferenceSession session, float[] images, int count)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(images, [count, 3, 224, 224]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
            options, session.InputNames, [input], session.OutputNames);
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
