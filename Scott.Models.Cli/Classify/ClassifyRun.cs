using Scott.Models.Foundation;
using Scott.Models.Inference;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>A classifier over many images: a table of the most likely classes, or how often it is right.</summary>
internal sealed class ClassifyRun(ClassifyOptions options, Screen screen)
{
    private readonly List<ImagePrediction> _predictions = [];
    private readonly SkippedImages _skipped = new();
    private bool _isInterrupted;
    private bool _isMultiLabel;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        IReadOnlyList<string> paths = options.IsLabeled ? [] : InputFiles.Expand(options.Inputs);
        ScottClassifier classifier = await NamedModel.LoadClassifierAsync(options.Inference.Model, screen, cancellationToken);
        _isMultiLabel = classifier.IsMultiLabel;
        TestImages? test = options.IsLabeled ? await TestImages.OpenAsync(options.Inputs, classifier, cancellationToken) : null;
        ImageClassifierBuilder builder = classifier.Classify().WithTopClasses(options.Count);
        options.Inference.Apply(builder);
        using ImageClassifier classify = Check.Legal(builder.Build);
        options.Inference.Announce(classify.ExecutionProvider, classify.EngineDescription, screen);
        await using CsvFile? csv = CsvFile.Create(options.OutputPath, Columns(test));
        _isInterrupted = await ImageProgress.TakeAsync(
            screen, test?.Count ?? paths.Count,
            progress => test is null
                ? classify.ClassifyFilesAsync(paths, progress, cancellationToken)
                : classify.ClassifyBatchAsync(test.Sources, progress, cancellationToken),
            prediction => TakeAsync(prediction, test, csv), csv, cancellationToken);
        Print(test);
        return _isInterrupted ? ExitCode.Interrupted
            : _predictions.Count == 0 ? ExitCode.Failed
            : _skipped.Count > 0 ? ExitCode.SomeSkipped
            : ExitCode.Success;
    }

    private static string[] Columns(TestImages? test) => test is null
        ? ["path", "class", "probability"] : ["path", "expected", "class", "probability"];

    private async Task TakeAsync(ImagePrediction prediction, TestImages? test, CsvFile? csv)
    {
        if (!prediction.IsSuccess)
        {
            _skipped.Add(prediction.Name, prediction.Error);
            return;
        }

        _predictions.Add(prediction);
        if (csv is null)
            return;

        string[] image = test is null ? [prediction.Name] : [prediction.Name, test.LabelOf(prediction)];
        foreach (ClassProbability each in Listed(prediction))
            await csv.AddAsync([.. image, each.ClassName, CsvFile.Say(each.Probability)]);

        if (Listed(prediction).Count == 0)
            await csv.AddAsync([.. image, string.Empty, string.Empty]);
    }

    private IReadOnlyList<ClassProbability> Listed(ImagePrediction prediction) => _isMultiLabel ? prediction.Labels : prediction.Classes;

    private void Print(TestImages? test)
    {
        _skipped.Print(screen);
        object? figures = null;
        if (_predictions.Count > 0 && test is not null)
            figures = test.Print(_predictions, (int)_skipped.Count, screen);
        else if (_predictions.Count > 0 && options.OutputPath is null)
            PrintTable();
        else if (_predictions.Count == 0 && !_isInterrupted)
            screen.Error("No image could be read.");

        if (_isInterrupted)
            screen.Warn("Interrupted; the results are those of the finished images.");

        if (_predictions.Count > 0 && options.OutputPath is { } path)
            screen.Say($"Wrote the predictions for {Plural.Of(_predictions.Count, "image")} to '{path}'.");

        screen.Result(new
        {
            model = options.Inference.Model,
            isInterrupted = _isInterrupted,
            skipped = _skipped.ToJson(),
            output = _predictions.Count > 0 ? options.OutputPath : null,
            test = figures,
            images = _predictions.Select(prediction => new
            {
                path = prediction.Name,
                expected = test?.LabelOf(prediction),
                classes = prediction.Classes.Select(ToJson),
                labels = _isMultiLabel ? prediction.Labels.Select(ToJson) : null,
            }),
        });
    }

    private void PrintTable()
    {
        Table table = new Table().AddColumns("image", _isMultiLabel ? "label" : "class", "probability");
        foreach (ImagePrediction prediction in _predictions)
        {
            string image = Markup.Escape(prediction.Name);
            foreach (ClassProbability each in Listed(prediction))
            {
                table.AddRow(image, Markup.Escape(each.ClassName), Figures.Share(each.Probability));
                image = string.Empty;
            }

            if (image.Length > 0)
                table.AddRow(image, "none", string.Empty);
        }

        screen.Output.Write(table);
    }

    private static object ToJson(ClassProbability each) => new { name = each.ClassName, probability = each.Probability };
}
