using System.Diagnostics;
using System.Globalization;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>
/// What classes from a few images are worth (<see cref="PrototypeClassifier"/>): accuracy beside other rules and the linear probe, calibration,
/// unknown images, and sets. Examples are drawn from the training and the calibration images together; only the last table keeps these two apart.
/// </summary>
internal static class Prototypes
{
    private const string Command = "prototypes";
    private const string None = "-";
    private const int Seeds = 5;
    private const int Bins = 15;
    private const double UnknownRate = 0.05;
    private const double Coverage = 0.9;
    private static readonly int[] Counts = [1, 2, 5, 10, 20];

    public static bool Handles(string[] arguments) => arguments is [Command, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length != 5)
        {
            await Console.Error.WriteLineAsync($"usage: {Command} MODEL TRAIN CALIBRATION TEST, folders of classes; {None} for no CALIBRATION");
            return 2;
        }

        ScottModel model = await ScottModel.FromPretrainedAsync(arguments[1]);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        ImageFolder training = ImageFolder.OpenLabeled(arguments[2]);
        int classes = training.ClassNames.Count;
        LabeledFeatures train = await ReadAsync(extractor, training);
        LabeledFeatures? calibration = arguments[3] == None ? null : await ReadAsync(extractor, Align(training, arguments[3]));
        LabeledFeatures test = await ReadAsync(extractor, Align(training, arguments[4]));
        LabeledFeatures pool = calibration is null ? train : train.Concat(calibration);
        Say($"{arguments[1]}: {test.Labels.Count} test images of {classes} classes, mean of {Seeds} draws of examples, %");
        Say($"{"examples of each class",-36}{string.Concat(Counts.Select(count => $"{count,8}"))}");
        foreach ((string name, Func<LabeledFeatures, double> accuracy) in Rules(test, classes))
            Say($"{name,-36}{string.Concat(Counts.Select(count => $"{100 * Mean(seed => accuracy(Draw(pool, classes, count, seed))),8:F1}"))}");

        MeasureKnown(pool, test, classes);
        MeasureUnknown(pool, test, classes);
        Say($"sets with a coverage of {Coverage:P0}, {train.Labels.Count} examples");
        MeasureSets("  calibrated by left-out examples", train, null, test, classes);
        if (calibration is not null)
            MeasureSets($"  calibrated by {calibration.Labels.Count} held-out images", train, calibration, test, classes);

        return 0;
    }

    /// <summary>Each rule, from examples to its accuracy on the test images.</summary>
    private static IEnumerable<(string Name, Func<LabeledFeatures, double> Accuracy)> Rules(LabeledFeatures test, int classes) =>
    [
        ("whitened class means (the rule)", examples => WhitenedAccuracy(examples, test, classes)),
        ("class means", examples => MeansAccuracy(examples, test, classes, isCentered: false)),
        ("centered class means", examples => MeansAccuracy(examples, test, classes, isCentered: true)),
        ("nearest example", examples => NearestNeighbors.Accuracy(examples, test, classes, 1)),
        ("vote of the 5 nearest", examples => NearestNeighbors.Accuracy(examples, test, classes, 5)),
        ("vote of the 20 nearest", examples => NearestNeighbors.Accuracy(examples, test, classes, 20)),
        ("linear probe (ridge regression)", examples => RidgeProbe.Accuracy(examples, test, classes)),
    ];

    private static double WhitenedAccuracy(LabeledFeatures examples, LabeledFeatures test, int classes)
    {
        (double[] cosines, _) = Compare(new PrototypeSpace(examples, classes), test);
        return ClassScores.Accuracy(cosines, test.Labels, classes);
    }

    private static double MeansAccuracy(LabeledFeatures examples, LabeledFeatures test, int classes, bool isCentered)
    {
        int width = examples.Width;
        (float[] known, float[] asked) = (Unit(examples.Vectors, width), Unit(test.Vectors, width));
        if (isCentered)
        {
            float[] center = [.. Enumerable.Range(0, width).Select(i => known.Where((_, at) => at % width == i).Average())];
            foreach (float[] vectors in (float[][])[known, asked])
            {
                for (int i = 0; i < vectors.Length; i++)
                    vectors[i] -= center[i % width];
            }

            known = Unit(known, width);
        }

        float[] means = new float[classes * width];
        for (int i = 0; i < known.Length; i++)
            means[(examples.Labels[i / width] * width) + (i % width)] += known[i];

        return NearestNeighbors.Accuracy(
            new LabeledFeatures(means, [.. Enumerable.Range(0, classes)]), new LabeledFeatures(asked, test.Labels), classes, 1);
    }

    /// <summary>The calibration of the probabilities, and how many images of known classes are called unknown.</summary>
    private static void MeasureKnown(LabeledFeatures pool, LabeledFeatures test, int classes)
    {
        Say($"{"examples of each class",-36}{string.Concat(Counts.Select(count => $"{count,8}"))}");
        var rows = new Dictionary<string, List<double>>
        {
            ["calibration error"] = [],
            ["called unknown at a rate of 5 %"] = [],
            ["learning, ms"] = [],
        };
        foreach (int count in Counts)
        {
            List<(double Error, double Unknown, double Milliseconds)> found = [];
            for (int seed = 0; seed < Seeds; seed++)
            {
                LabeledFeatures examples = Draw(pool, classes, count, seed);
                long start = Stopwatch.GetTimestamp();
                var space = new PrototypeSpace(examples, classes);
                var calibration = PrototypeCalibration.FromExamples(space, examples);
                double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                (double[] cosines, double[] distances) = Compare(space, test);
                found.Add((ExpectedError(calibration, cosines, test, classes), UnknownShare(calibration, distances), time));
            }

            rows["calibration error"].Add(100 * found.Average(each => each.Error));
            rows["called unknown at a rate of 5 %"].Add(100 * found.Average(each => each.Unknown));
            rows["learning, ms"].Add(found.Min(each => each.Milliseconds));
        }

        foreach ((string name, List<double> values) in rows)
            Say($"{name,-36}{string.Concat(values.Select(value => $"{value,8:F1}"))}");
    }

    /// <summary>Knows half of the classes, or all but one of a few, and is asked about all.</summary>
    private static void MeasureUnknown(LabeledFeatures pool, LabeledFeatures test, int classes)
    {
        List<double> areas = [], sure = [], caught = [];
        int kept = classes > 5 ? (classes + 1) / 2 : classes - 1;
        foreach (int count in Counts)
        {
            List<(double Area, double Sure, double Caught)> found = [];
            for (int seed = 0; seed < Seeds; seed++)
            {
                int[] order = Shuffled([.. Enumerable.Range(0, classes)], seed);
                LabeledFeatures examples = Keep(Draw(pool, classes, count, seed), order, kept);
                var space = new PrototypeSpace(examples, kept);
                var calibration = PrototypeCalibration.FromExamples(space, examples);
                (double[] cosines, double[] distances) = Compare(space, test);
                bool[] isKnown = [.. test.Labels.Select(label => Array.IndexOf(order, label) < kept)];
                double[] likely = [.. cosines.Chunk(kept).Select(row => calibration.Probabilities(row).Max())];
                found.Add((
                    Area([.. distances.Select(distance => -distance)], isKnown), Area(likely, isKnown),
                    UnknownShare(calibration, [.. distances.Where((_, i) => !isKnown[i])])));
            }

            areas.Add(100 * found.Average(each => each.Area));
            sure.Add(100 * found.Average(each => each.Sure));
            caught.Add(100 * found.Average(each => each.Caught));
        }

        Say($"{kept} of {classes} classes known");
        Say($"{"  AUROC of the distance (the rule)",-36}{string.Concat(areas.Select(value => $"{value,8:F1}"))}");
        Say($"{"  AUROC of the probability",-36}{string.Concat(sure.Select(value => $"{value,8:F1}"))}");
        Say($"{"  unknown ones found at a rate of 5 %",-36}{string.Concat(caught.Select(value => $"{value,8:F1}"))}");
    }

    private static void MeasureSets(string name, LabeledFeatures train, LabeledFeatures? heldOut, LabeledFeatures test, int classes)
    {
        var space = new PrototypeSpace(train, classes);
        PrototypeCalibration calibration = heldOut is null
            ? PrototypeCalibration.FromExamples(space, train) : PrototypeCalibration.FromHeldOut(space, heldOut);
        (double[] cosines, _) = Compare(space, test);
        double[][] rows = [.. cosines.Chunk(classes).Select(row => calibration.Probabilities(row))];
        bool[] hits = [.. rows.Select((row, i) => calibration.IsInSet(row[test.Labels[i]], Coverage))];
        double size = rows.Average(row => row.Count(probability => calibration.IsInSet(probability, Coverage)));
        double ofClasses = hits.Zip(test.Labels).GroupBy(pair => pair.Second).Average(group => group.Average(pair => pair.First ? 1 : 0));
        Say($"{name}: {100.0 * hits.Count(hit => hit) / hits.Length:F2} % covered, {100 * ofClasses:F2} % as a mean over classes;");
        double empty = rows.Count(row => !row.Any(p => calibration.IsInSet(p, Coverage))) / (double)rows.Length;
        Say($"    {size:F2} classes in a set, {100 * empty:F1} % empty;");
        double error = ExpectedError(calibration, cosines, test, classes);
        Say($"    accuracy {100 * ClassScores.Accuracy(cosines, test.Labels, classes):F1} %, calibration error {100 * error:F1} %");
    }

    private static (double[] Cosines, double[] Distances) Compare(PrototypeSpace space, LabeledFeatures queries)
    {
        double[] cosines = new double[queries.Labels.Count * space.Classes];
        double[] distances = new double[queries.Labels.Count];
        Parallel.For(0, distances.Length, i => distances[i] = space.Compare(
            queries.Vectors.AsSpan(i * space.Width, space.Width), cosines.AsSpan(i * space.Classes, space.Classes)));
        return (cosines, distances);
    }

    private static double ExpectedError(PrototypeCalibration calibration, double[] cosines, LabeledFeatures test, int classes)
    {
        double[][] rows = [.. cosines.Chunk(classes).Select(row => calibration.Probabilities(row))];
        bool[] isRight = [.. rows.Select((row, i) => Array.IndexOf(row, row.Max()) == test.Labels[i])];
        return Calibration.ExpectedError([.. rows.Select(row => (float)row.Max())], isRight, Bins);
    }

    private static double UnknownShare(PrototypeCalibration calibration, double[] distances) =>
        distances.Average(distance => PrototypeCalibration.IsUnknown(calibration.Typicality(distance), UnknownRate) ? 1 : 0);

    /// <summary>The area under the curve: how often a known image has the higher score than an unknown one (Mann and Whitney).</summary>
    private static double Area(double[] scores, bool[] isKnown)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        (double pairs, int unknown) = (0, 0);
        foreach (int i in order)
            (pairs, unknown) = isKnown[i] ? (pairs + unknown, unknown) : (pairs, unknown + 1);

        return pairs / unknown / (scores.Length - unknown);
    }

    private static LabeledFeatures Keep(LabeledFeatures features, int[] order, int kept)
    {
        int[] images = [.. Enumerable.Range(0, features.Labels.Count).Where(image => Array.IndexOf(order, features.Labels[image]) < kept)];
        LabeledFeatures taken = features.Take(images);
        return taken with { Labels = [.. taken.Labels.Select(label => Array.IndexOf(order, label))] };
    }

    private static LabeledFeatures Draw(LabeledFeatures pool, int classes, int count, int seed) => pool.Take(
    [
        .. Enumerable.Range(0, classes).SelectMany(label => Shuffled(
            [.. Enumerable.Range(0, pool.Labels.Count).Where(image => pool.Labels[image] == label)], seed).Take(count)),
    ]);

    private static int[] Shuffled(int[] values, int seed)
    {
        new DeterministicRandom((ulong)seed, nameof(Prototypes)).Shuffle(values);
        return values;
    }

    private static double Mean(Func<int, double> measure) => Enumerable.Range(0, Seeds).Average(measure);

    private static float[] Unit(float[] vectors, int width) => [.. vectors.Chunk(width).SelectMany(row =>
    {
        float length = MathF.Sqrt(row.Sum(value => value * value));
        return row.Select(value => value / length);
    })];

    private static IImageDataset Align(ImageFolder training, string folder) =>
        LabeledClasses.Align(training.ClassNames, ImageFolder.OpenLabeled(folder), nameof(folder));

    private static async Task<LabeledFeatures> ReadAsync(FeatureExtractor extractor, IImageDataset dataset)
    {
        List<float[]> vectors = [];
        List<int> labels = [];
        await foreach (ImageEmbedding embedding in extractor.EmbedBatchAsync(Enumerable.Range(0, dataset.Count).Select(dataset.SourceOf)))
        {
            vectors.Add(embedding.Vector.ToArray());
            labels.Add(dataset.LabelOf((int)embedding.Index)!.Value);
        }

        return new LabeledFeatures([.. vectors.SelectMany(vector => vector)], labels);
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
