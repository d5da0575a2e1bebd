using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Names the classes of many images: a table of the most likely ones, or of the sets.</summary>
internal sealed class ClassesClassifyRun(ClassesFile file, InferenceChoices inference, Screen screen)
{
    private readonly List<(string Path, PrototypePrediction Prediction, IReadOnlyList<PrototypeScore>? Set)> _results = [];
    private readonly SkippedImages _skipped = new();
    private bool _isInterrupted;

    public required int Count { get; init; }

    public required double UnknownRate { get; init; }

    /// <summary><see langword="null"/> for no sets.</summary>
    public required double? Coverage { get; init; }

    /// <summary>The CSV file for the results, or <see langword="null"/> for a table.</summary>
    public required string? OutputPath { get; init; }

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
            : _results.Count == 0 ? ExitCode.Failed : _skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private async Task TakeAsync(PrototypeClassifier classifier, ImageEmbedding embedding, CsvFile? csv)
    {
        if (!embedding.IsSuccess)
        {
            _skipped.Add(embedding.Name, embedding.Error);
            return;
        }

        PrototypePrediction prediction = classifier.Classify(embedding, UnknownRate);
        IReadOnlyList<PrototypeScore>? set = Coverage is { } coverage ? classifier.PredictSet(embedding, coverage) : null;
        _results.Add((embedding.Name, prediction, set));
        if (csv is null)
            return;

        string[] Fields(string className, string probability) =>
            [embedding.Name, prediction.IsUnknown ? "true" : "false", className, probability, CsvFile.Say((float)prediction.Typicality)];
        IReadOnlyList<PrototypeScore> listed = set ?? [.. prediction.Classes.Take(Count)];
        foreach (PrototypeScore score in listed)
            await csv.AddAsync(Fields(score.ClassName, CsvFile.Say(score.Probability)));

        if (listed.Count == 0)
            await csv.AddAsync(Fields(string.Empty, string.Empty));
    }

    private void Print()
    {
        _skipped.Print(screen);
        if (_results.Count > 0 && OutputPath is not null)
        {
            screen.Say($"Wrote the classes of {Plural.Of(_results.Count, "image")} to '{OutputPath}'.");
        }
        else if (_results.Count > 0)
        {
            Table table = new Table().AddColumns("image", "class", "probability", "typicality");
            foreach ((string path, PrototypePrediction prediction, IReadOnlyList<PrototypeScore>? set) in _results)
                AddRows(table, path, prediction, set ?? [.. prediction.Classes.Take(Count)]);

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
            output = _results.Count > 0 ? OutputPath : null,
            images = _results.Select(result => new
            {
                path = result.Path,
                className = result.Prediction.ClassName,
                isUnknown = result.Prediction.IsUnknown,
                typicality = result.Prediction.Typicality,
                classes = result.Prediction.Classes.Take(Count).Select(ToJson),
                set = result.Set?.Select(ToJson),
            }),
        });
    }

    private static object ToJson(PrototypeScore score) => new { name = score.ClassName, probability = score.Probability };

    private static void AddRows(Table table, string path, PrototypePrediction prediction, IReadOnlyList<PrototypeScore> scores)
    {
        string image = Markup.Escape(path);
        string typicality = Figures.Number(prediction.Typicality, "F3");
        if (prediction.IsUnknown)
        {
            table.AddRow(image, "unknown", "-", typicality);
            (image, typicality) = (string.Empty, string.Empty);
        }

        foreach (PrototypeScore score in scores)
        {
            string name = prediction.IsUnknown ? $"  nearest: {score.ClassName}" : score.ClassName;
            table.AddRow(image, Markup.Escape(name), Figures.Share(score.Probability), typicality);
            (image, typicality) = (string.Empty, string.Empty);
        }

        if (scores.Count == 0 && !prediction.IsUnknown)
            table.AddRow(image, "no class is likely enough", "-", typicality);
    }
}
