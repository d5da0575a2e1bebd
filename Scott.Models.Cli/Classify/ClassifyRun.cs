using Scott.Models.Foundation;
using Scott.Models.Inference;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>A classifier over many images: a table of the most likely classes, or how often it is right.</summary>
internal sealed class ClassifyRun(ClassifyOptions options, Screen screen)
{
    private readonly List<ListedImage> _listed = [];
    private readonly SkippedImages _skipped = new();
    private int _classified;
    private bool _isInterrupted;
    private bool _isMultiLabel;

    /// <summary>Whether images are listed at the end. Otherwise none of them stays in memory: there may be millions.</summary>
    private bool IsListing => screen.IsJson || (options.OutputPath is null && !options.IsLabeled);

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
            : _classified == 0 ? ExitCode.Failed
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

        _classified++;
        test?.Add(prediction);
        var image = new ListedImage(prediction.Name, test?.LabelOf(prediction), prediction.Classes, _isMultiLabel ? prediction.Labels : null);
        if (IsListing)
            _listed.Add(image);
        if (csv is not null)
            await WriteAsync(image, csv);
    }

    private static async Task WriteAsync(ListedImage image, CsvFile csv)
    {
        string[] fields = image.Expected is null ? [image.Name] : [image.Name, image.Expected];
        foreach (ClassProbability each in image.Listed)
            await csv.AddAsync([.. fields, each.ClassName, CsvFile.Say(each.Probability)]);

        if (image.Listed.Count == 0)
            await csv.AddAsync([.. fields, string.Empty, string.Empty]);
    }

    private void Print(TestImages? test)
    {
        _skipped.Print(screen);
        object? figures = null;
        if (_classified > 0 && test is not null)
            figures = test.Print(_skipped.Count, screen);
        else if (_classified > 0 && options.OutputPath is null)
            PrintTable();
        else if (_classified == 0 && !_isInterrupted)
            screen.Error("No image could be read.");

        if (_isInterrupted)
            screen.Warn("Interrupted; the results are those of the finished images.");

        if (_classified > 0 && options.OutputPath is { } path)
            screen.Say($"Wrote the predictions for {Plural.Of(_classified, "image")} to '{path}'.");

        screen.Result(new
        {
            model = options.Inference.Model,
            isInterrupted = _isInterrupted,
            skipped = _skipped.ToJson(),
            output = _classified > 0 ? options.OutputPath : null,
            test = figures,
            images = _listed.Select(image => new
            {
                path = image.Name,
                expected = image.Expected,
                classes = image.Classes.Select(ToJson),
                labels = image.Labels?.Select(ToJson),
            }),
        });
    }

    private void PrintTable()
    {
        Table table = new Table().AddColumns("image", _isMultiLabel ? "label" : "class", "probability");
        foreach (ListedImage image in _listed)
        {
            string name = Markup.Escape(image.Name);
            foreach (ClassProbability each in image.Listed)
            {
                table.AddRow(name, Markup.Escape(each.ClassName), Figures.Share(each.Probability));
                name = string.Empty;
            }

            if (name.Length > 0)
                table.AddRow(name, "none", string.Empty);
        }

        screen.Output.Write(table);
    }

    private static object ToJson(ClassProbability each) => new { name = each.ClassName, probability = each.Probability };

    /// <summary>What is printed of an image.</summary>
    /// <param name="Name">Its path.</param>
    /// <param name="Expected">What it shows, in a test.</param>
    /// <param name="Classes">The most likely classes.</param>
    /// <param name="Labels">The labels that a multi-label classifier gives it.</param>
    private sealed record ListedImage(
        string Name, string? Expected, IReadOnlyList<ClassProbability> Classes, IReadOnlyList<ClassProbability>? Labels)
    {
        public IReadOnlyList<ClassProbability> Listed => Labels ?? Classes;
    }
}
