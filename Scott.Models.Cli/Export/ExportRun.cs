using Scott.Models.Imaging;
using Scott.Models.Onnx;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Exports one file per precision, and shows how closely each agrees with the model.</summary>
internal sealed class ExportRun(ExportOptions options, Screen screen)
{
    private const int MostCalibrationImages = 64;

    private readonly List<OnnxExportResult> _results = [];
    private readonly List<string> _errors = [];

    /// <returns>The exit code; a precision that disagrees with the model writes no file and fails.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        ImageSource[] calibration = CalibrationImages();
        Check.That(options.Image is null || File.Exists(options.Image), $"The image '{options.Image}' does not exist.");
        Func<string, OnnxExportBuilder> begin = await BeginAsync(cancellationToken);
        Directory.CreateDirectory(options.OutputFolder);
        bool isInterrupted = false;
        try
        {
            foreach (OnnxPrecision precision in options.Precisions)
                await ExportAsync(begin, precision, precision == OnnxPrecision.Int8 ? calibration : [], cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isInterrupted = true;
            screen.Warn($"Interrupted; {(_results.Count > 0 ? "the finished files are listed" : "no file is finished")}.");
        }

        PrintFiles();
        string? described = null;
        if (options.Image is { } image && _results.Count > 0 && !isInterrupted)
        {
            screen.Say($"'{image}' by '{_results[0].Path}', with ONNX Runtime alone:");
            using var consumer = new OnnxConsumer(_results[0].Path);
            described = await consumer.DescribeAsync(image, cancellationToken);
            screen.Say(described);
        }

        screen.Result(new
        {
            model = options.Model,
            files = _results.Select(ToJson),
            errors = _errors,
            image = options.Image,
            output = described,
            isInterrupted,
        });
        return isInterrupted ? ExitCode.Interrupted : _errors.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>A classifier if the file holds one, otherwise a backbone.</summary>
    private async Task<Func<string, OnnxExportBuilder>> BeginAsync(CancellationToken cancellationToken)
    {
        ScottModel model = await NamedModel.LoadAsync(options.Model, InferenceChoices.Seed, screen, cancellationToken);
        if (await NamedModel.FindClassifierAsync(options.Model, cancellationToken) is not { } classifier)
            return model.ExportOnnx;

        const int Shown = 20;
        string more = classifier.ClassNames.Count > Shown ? $" and {Figures.Number(classifier.ClassNames.Count - Shown, "0")} more" : string.Empty;
        screen.Say($"A classifier of {string.Join(", ", classifier.ClassNames.Take(Shown))}{more}.");
        return classifier.ExportOnnx;
    }

    /// <summary>Some of the images, spread evenly over all: neighbors in a folder are often alike.</summary>
    private ImageSource[] CalibrationImages()
    {
        if (options.Calibration.Count == 0)
            return [];

        IReadOnlyList<string> all = InputFiles.Expand(options.Calibration);
        int count = Math.Min(all.Count, MostCalibrationImages);
        return [.. Enumerable.Range(0, count).Select(i => (ImageSource)all[(int)((long)i * all.Count / count)])];
    }

    private async Task ExportAsync(
        Func<string, OnnxExportBuilder> begin, OnnxPrecision precision, ImageSource[] calibration, CancellationToken cancellationToken)
    {
        OnnxExportBuilder Set(string path)
        {
            OnnxExportBuilder builder = begin(path).WithOptions(options.ToLibrary(precision));
            return calibration.Length > 0 ? builder.WithInt8(calibration) : builder;
        }

        string name = $"{NamedModel.ToFileName(options.Model)}.{precision.ToString().ToLowerInvariant()}.onnx";
        string path = Path.Combine(options.OutputFolder, name);
        try
        {
            _results.Add(await ProgressBars.ShowAsync(
                screen,
                $"Exporting '{path}' and comparing it with the model",
                report => Set(path).SaveAsync(
                    ProgressBars.Listen<OnnxExportStage>(stage => report(ProgressBars.Words(stage), (long)stage, (long)OnnxExportStage.Writing + 1)),
                    cancellationToken)));
        }
        catch (ScottConfigurationException) when (_results.Count == 0)
        {
            throw;
        }
        catch (ScottException exception)
        {
            _errors.Add(Faults.Describe(exception));
            screen.Error(_errors[^1]);
        }
    }

    private void PrintFiles()
    {
        Table table = new Table().AddColumns("file", "MiB", "output", "largest difference", "smallest cosine");
        foreach (OnnxExportResult result in _results)
        {
            string file = Markup.Escape(result.Path);
            string size = Figures.Mebibytes(result.FileBytes);
            foreach (OnnxOutputParity output in result.Parity!.Outputs)
            {
                string difference = Figures.Number(output.MaximumDifference, "0.0E-0");
                table.AddRow(file, size, output.Output, difference, Figures.Number(output.MinimumCosine, "F6"));
                (file, size) = (string.Empty, string.Empty);
            }
        }

        screen.Output.Write(table);
        if (_results.Count > 0)
        {
            string images = options.Calibration.Count > 0 ? "images of noise, int8 on calibration images," : "images of noise";
            screen.Say($"Compared on two {images} with {_results[^1].Parity!.Reference}.");
        }
    }

    private static object ToJson(OnnxExportResult result) => new
    {
        path = result.Path,
        bytes = result.FileBytes,
        reference = result.Parity!.Reference,
        outputs = result.Parity.Outputs.Select(output => new
        {
            name = output.Output,
            largestDifference = output.MaximumDifference,
            smallestCosine = output.MinimumCosine,
        }),
    };
}
