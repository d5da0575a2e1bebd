using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>Labeled images that a classifier is tested on. Images without a label are left out.</summary>
internal sealed class TestImages
{
    private const char Separator = ';';

    private readonly ScottClassifier _classifier;
    private readonly IImageDataset _images;
    private readonly int[] _indices;
    private readonly int[][] _labels; // of each index, by the classifier's numbers
    private readonly List<float> _probabilities = []; // of the images that were added
    private readonly List<int[]> _expected = []; // their labels

    private TestImages(ScottClassifier classifier, IImageDataset images)
    {
        (_classifier, _images) = (classifier, images);
        Dictionary<string, int> numbers = classifier.ClassNames.Index().ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal);
        _indices = [.. Enumerable.Range(0, images.Count).Where(index => images.LabelsOf(index) is not null)];
        Check.That(_indices.Length > 0, "None of the images has a label; expected a folder for each class, or a CSV list.");
        _probabilities.EnsureCapacity(TestFigures.LengthOf(_indices.Length, classifier.ClassNames.Count));
        _labels = [.. _indices.Select(index => images.LabelsOf(index)!.Select(label => numbers[images.ClassNames[label]]).ToArray())];
    }

    public int Count => _indices.Length;

    public IEnumerable<ImageSource> Sources => _indices.Select(_images.SourceOf);

    /// <summary>Opens class folders or CSV lists.</summary>
    /// <exception cref="UsageException">The classifier does not have their classes.</exception>
    public static async Task<TestImages> OpenAsync(
        IReadOnlyList<string> inputs, ScottClassifier classifier, CancellationToken cancellationToken)
    {
        IImageDataset images = classifier.IsMultiLabel
            ? await MultiLabelImages.OpenAsync(inputs, separator: null, cancellationToken)
            : await ImageInputs.OpenLabeledAsync(inputs, cancellationToken);
        ImageInputs.RequireKnown(string.Join("', '", inputs), images, classifier.ClassNames, "classes", "the classifier does");
        return new TestImages(classifier, images);
    }

    /// <summary>What an image shows; several labels are separated by a semicolon.</summary>
    public string LabelOf(ImagePrediction prediction) =>
        string.Join(Separator, _labels[prediction.Index].Select(label => _classifier.ClassNames[label]));

    /// <summary>Takes a prediction into the figures.</summary>
    public void Add(ImagePrediction prediction)
    {
        _probabilities.AddRange(prediction.Probabilities.Span);
        _expected.Add(_labels[prediction.Index]);
    }

    /// <summary>Prints the figures.</summary>
    /// <returns>The same for JSON.</returns>
    public object Print(long unreadable, Screen screen)
    {
        ReadOnlySpan<float> probabilities = CollectionsMarshal.AsSpan(_probabilities);
        if (_classifier.IsMultiLabel)
        {
            var multiLabel = MultiLabelMetrics.FromProbabilities(probabilities, _expected, _classifier.ClassNames, _classifier.Thresholds);
            TestFigures.Print(multiLabel, unreadable, screen);
            return JsonNode.Parse(multiLabel.ToJson())!;
        }

        var metrics = ClassificationMetrics.FromProbabilities(probabilities, [.. _expected.Select(each => each[0])], _classifier.ClassNames);
        TestFigures.Print(metrics, unreadable, screen);
        return JsonNode.Parse(metrics.ToJson())!;
    }
}
