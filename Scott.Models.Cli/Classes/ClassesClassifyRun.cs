using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Names the classes of many images: a table of the most likely ones, or of the sets.</summary>
internal sealed class ClassesClassifyRun(ClassesFile file, InferenceChoices inference, Screen screen)
{
    private readonly List<ListedImage> _listed = [];
    private readonly SkippedImages _skipped = new();
    private int _classified;
    private bool _isInterrupted;

    public required int Count { get; init; }

    public required double UnknownRate { get; init; }

    /// <summary><see langword="null"/> for no sets.</summary>
    public required double? Coverage { get; init; }

    /// <summary>The CSV file for the results, or <see langword="null"/> for a table.</summary>
    public required string? OutputPath { get; init; }

    /// <summary>Whether images are listed at the end. Otherwise none of them stays in memory: there may be millions.</summary>
    private bool IsListing => screen.IsJson || OutputPath is null;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        Check.OutputFile(OutputPath);
        using FeatureExtractor extractor = await ClassesExtractor.BuildAsync(inference, screen, cancellationToken);
        PrototypeClassifier classifier = file.For(extractor.Fingerprint, inference.Model);
        Check.That(classifier.ClassNames.Count > 0, "The file has no classes; add one with 'scott classes add'.");
        await using CsvFile? csv = CsvFile.Create(OutputPath, "path", "unknown", "class", "probability", "typicality");
        _isInterrupted = await ImageProgress.TakeAsync(
            screen, images.Count, progress => extractor.EmbedFilesAsync(images, progress, cancellationToken),
            embedding => TakeAsync(classifier, embedding, csv), csv, cancellationToken);
        Print();
        return _isInterrupted ? ExitCode.Interrupted
            : _classified == 0 ? ExitCode.Failed : _skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private async Task TakeAsync(PrototypeClassifier classifier, ImageEmbedding embedding, CsvFile? csv)
    {
        if (!embedding.IsSuccess)
        {
            _skipped.Add(embedding.Name, embedding.Error);
            return;
        }

        PrototypePrediction prediction = classifier.Classify(embedding, UnknownRate);
        var image = new ListedImage(
            embedding.Name, prediction.ClassName, prediction.IsUnknown, prediction.Typicality, [.. prediction.Classes.Take(Count)],
            Coverage is { } coverage ? classifier.PredictSet(embedding, coverage) : null);
        _classified++;
        if (IsListing)
            _listed.Add(image);
        if (csv is not null)
            await WriteAsync(image, csv);
    }

    private static async Task WriteAsync(ListedImage image, CsvFile csv)
    {
        string[] Fields(string className, string probability) =>
            [image.Path, image.IsUnknown ? "true" : "false", className, probability, CsvFile.Say((float)image.Typicality)];
        foreach (PrototypeScore score in image.Listed)
            await csv.AddAsync(Fields(score.ClassName, CsvFile.Say(score.Probability)));

        if (image.Listed.Count == 0)
            await csv.AddAsync(Fields(string.Empty, string.Empty));
    }

    private void Print()
    {
        _skipped.Print(screen);
        if (_classified > 0 && OutputPath is not null)
        {
            screen.Say($"Wrote the classes of {Plural.Of(_classified, "image")} to '{OutputPath}'.");
        }
        else if (_classified > 0)
        {
            Table table = new Table().AddColumns("image", "class", "probability", "typicality");
            foreach (ListedImage image in _listed)
                AddRows(table, image);

            screen.Output.Write(table);
        }
        else if (!_isInterrupted)
        {
            screen.Error("No image could be read.");
        }

        if (_isInterrupted)
            screen.Warn("Interrupted; the results are those of the finished images.");

        screen.Result(new
        {
            model = inference.Model,
            unknownRate = UnknownRate,
            coverage = Coverage,
            isInterrupted = _isInterrupted,
            skipped = _skipped.ToJson(),
            output = _classified > 0 ? OutputPath : null,
            images = _listed.Select(image => new
            {
                path = image.Path,
                className = image.ClassName,
                isUnknown = image.IsUnknown,
                typicality = image.Typicality,
                classes = image.Classes.Select(ToJson),
                set = image.Set?.Select(ToJson),
            }),
        });
    }

    private static object ToJson(PrototypeScore score) => new { name = score.ClassName, probability = score.Probability };

    private static void AddRows(Table table, ListedImage image)
    {
        string path = Markup.Escape(image.Path);
        string typicality = Figures.Number(image.Typicality, "F3");
        if (image.IsUnknown)
        {
            table.AddRow(path, "unknown", "-", typicality);
            (path, typicality) = (string.Empty, string.Empty);
        }

        foreach (PrototypeScore score in image.Listed)
        {
            string name = image.IsUnknown ? $"  nearest: {score.ClassName}" : score.ClassName;
            table.AddRow(path, Markup.Escape(name), Figures.Share(score.Probability), typicality);
            (path, typicality) = (string.Empty, string.Empty);
        }

        if (image.Listed.Count == 0 && !image.IsUnknown)
            table.AddRow(path, "no class is likely enough", "-", typicality);
    }

    /// <summary>What is printed of an image: its most likely classes, and with a coverage its set, which is listed instead.</summary>
    private sealed record ListedImage(
        string Path, string? ClassName, bool IsUnknown, double Typicality, IReadOnlyList<PrototypeScore> Classes, IReadOnlyList<PrototypeScore>? Set)
    {
        public IReadOnlyList<PrototypeScore> Listed => Set ?? Classes;
    }
}
