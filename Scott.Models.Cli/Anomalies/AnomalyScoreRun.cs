using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Scores images with a detector, and draws where they deviate.</summary>
internal sealed class AnomalyScoreRun(InferenceChoices inference, string file, Screen screen)
{
    private readonly List<ScoredImage> _scored = [];
    private readonly SkippedImages _skipped = new();
    private bool _isInterrupted;

    /// <summary>The folder for drawings, or <see langword="null"/>.</summary>
    public required string? MapsPath { get; init; }

    /// <summary>The CSV file for the scores, or <see langword="null"/> for a table.</summary>
    public required string? OutputPath { get; init; }

    /// <summary>How many images the table lists.</summary>
    public required int Count { get; init; }

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IEnumerable<string> inputs, CancellationToken cancellationToken)
    {
        inference.Validate();
        Check.That(File.Exists(file), $"The detector '{file}' does not exist.");
        Check.OutputFile(OutputPath);
        IReadOnlyList<string> images = InputFiles.Expand(inputs);
        ScottModel model = await NamedModel.LoadAsync(inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        FeatureExtractionOptions extraction = inference.ToOptions();
        Check.Legal(() => extraction.Validate(model.Architecture));
        using AnomalyDetector detector = await AnomalyDetector.LoadAsync(file, model, extraction, cancellationToken);
        inference.Announce(detector.ExecutionProvider, detector.EngineDescription, screen);
        _ = MapsPath is null ? null : Directory.CreateDirectory(MapsPath);
        await using CsvFile? csv = CsvFile.Create(OutputPath, "path", "score", "anomalous");
        _isInterrupted = await ImageProgress.TakeAsync(
            screen, images.Count, progress => detector.ScoreFilesAsync(images, progress, cancellationToken),
            result => TakeAsync(result, model.Preprocessing, extraction.Decoding, csv, cancellationToken), csv, cancellationToken);
        Print(detector);
        return _isInterrupted ? ExitCode.Interrupted
            : _scored.Count == 0 ? ExitCode.Failed : _skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private async Task TakeAsync(
        AnomalyResult result, PreprocessingSpec preprocessing, ImageDecodingOptions decoding, CsvFile? csv, CancellationToken cancellationToken)
    {
        if (!result.IsSuccess)
        {
            _skipped.Add(result.Name, result.Error!);
            return;
        }

        string? map = null;
        if (MapsPath is not null)
        {
            // The number keeps images of one name in different folders apart.
            string stem = Path.GetFileNameWithoutExtension(result.Name);
            map = Path.Combine(MapsPath, string.Create(CultureInfo.InvariantCulture, $"{result.Index + 1:0000}-{stem}.png"));
            RgbImage image = await ViewAsync(result, preprocessing, decoding, cancellationToken);
            await result.Draw(image).SavePngAsync(map, cancellationToken);
        }

        _scored.Add(new ScoredImage(result.Name, result.Score, result.IsAnomalous, map));
        await (csv?.AddAsync(result.Name, CsvFile.Say(result.Score), result.IsAnomalous ? "true" : "false") ?? Task.CompletedTask);
    }

    /// <summary>The whole image. If its channels are no colors, the first of them as the model sees them, stretched to a square.</summary>
    private static async Task<RgbImage> ViewAsync(
        AnomalyResult result, PreprocessingSpec preprocessing, ImageDecodingOptions decoding, CancellationToken cancellationToken)
    {
        try
        {
            return await ImageDecoder.DecodeAsync(result.Name, decoding, cancellationToken);
        }
        catch (ImageFormatException) when (preprocessing.ChannelCount is not (1 or 3))
        {
            PreprocessingSpec square = preprocessing with
            {
                ImagePixels = result.PixelMapSide,
                ImageWidthPixels = null,
                Resize = ResizeMode.Stretch,
                ResizePixels = result.PixelMapSide,
            };
            return await new ImagePreprocessor(square, decoding).PreprocessToImageAsync(result.Name, cancellationToken);
        }
    }

    private void Print(AnomalyDetector detector)
    {
        _skipped.Print(screen);
        if (_scored.Count > 0)
        {
            if (OutputPath is null)
                PrintTable();
            else
                screen.Say($"Wrote the scores of {Plural.Of(_scored.Count, "image")} to '{OutputPath}'.");

            int anomalous = _scored.Count(image => image.IsAnomalous);
            screen.Say(FormattableString.Invariant(
                $"{anomalous} of {Plural.Of(_scored.Count, "image")} above the threshold {detector.Threshold:F4}, ")
                    + FormattableString.Invariant($"which at most {100 * detector.FalseAlarmRate:0.##} % of normal images exceed."));
        }
        else if (!_isInterrupted)
        {
            screen.Error("No image could be read.");
        }

        if (_isInterrupted)
            screen.Warn("Interrupted; the results are those of the finished images.");

        screen.Result(new
        {
            detector = file,
            model = inference.Model,
            threshold = detector.Threshold,
            falseAlarmRate = detector.FalseAlarmRate,
            isInterrupted = _isInterrupted,
            skipped = _skipped.ToJson(),
            output = _scored.Count > 0 ? OutputPath : null,
            images = _scored,
        });
    }

    private void PrintTable()
    {
        Table table = new Table().AddColumn("score").AddColumn("verdict").AddColumn("image");
        foreach (ScoredImage image in _scored.OrderByDescending(image => image.Score).Take(Count))
            table.AddRow(Figures.Number(image.Score, "F4"), image.IsAnomalous ? "anomalous" : "normal", Markup.Escape(image.Path));

        screen.Output.Write(table);
    }

    private sealed record ScoredImage(string Path, float Score, bool IsAnomalous, string? Map);
}
