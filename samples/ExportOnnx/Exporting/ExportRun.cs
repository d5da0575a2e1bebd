using System.Globalization;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Foundation;
using Scott.Models.Onnx;
using Spectre.Console;

namespace ExportOnnx.Exporting;

/// <summary>One file per precision, and a table of how closely each agrees with the model.</summary>
internal sealed class ExportRun(ExportOptions options, Screen screen)
{
    private const long Seed = 47;
    private const double BytesPerMegabyte = 1 << 20;

    /// <returns>The files written; a precision that disagrees with the model gives none.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Image is { } image && !File.Exists(image))
        {
            throw new UsageException($"The image '{image}' does not exist.");
        }

        Func<string, OnnxExportBuilder> begin = await BeginAsync(cancellationToken);
        Directory.CreateDirectory(options.OutputFolder);
        Table table = new Table().AddColumns("file", "MiB", "output", "largest difference", "smallest cosine");
        List<string> files = [];
        string? reference = null;
        foreach (OnnxPrecision precision in options.Precisions)
        {
            string path = Path.Combine(options.OutputFolder, $"{NamedModel.ToFileName(options.Model)}.{precision.ToString().ToLowerInvariant()}.onnx");
            try
            {
                OnnxExportResult result = await Bars.ShowAsync(
                    screen,
                    $"Exporting '{path}' and comparing it with the model",
                    report => begin(path).WithOptions(ToLibrary(precision)).SaveAsync(
                        new Listener<OnnxExportStage>(stage => report(stage.ToString(), (long)stage, (long)OnnxExportStage.Writing + 1)), cancellationToken));
                files.Add(path);
                reference = result.Parity!.Reference;
                AddRows(table, result);
            }
            catch (OnnxExportException exception)
            {
                screen.Error(Faults.Describe(exception));
            }
            catch (ScottConfigurationException exception)
            {
                throw new UsageException(exception.Message, exception);
            }
        }

        screen.Output.Write(table);
        if (reference is not null)
        {
            screen.Say($"Compared on two images of noise with {reference}.");
        }

        return files;
    }

    /// <summary>A classifier if the file holds one, else a backbone.</summary>
    private async Task<Func<string, OnnxExportBuilder>> BeginAsync(CancellationToken cancellationToken)
    {
        ScottModel model = await NamedModel.LoadAsync(options.Model, Seed, cancellationToken);
        if (!NamedModel.IsFile(options.Model))
        {
            return model.ExportOnnx;
        }

        try
        {
            ScottClassifier classifier = await ScottClassifier.FromFileAsync(options.Model, cancellationToken);
            screen.Say($"A classifier of {string.Join(", ", classifier.ClassNames)}.");
            return classifier.ExportOnnx;
        }
        catch (ModelFormatException)
        {
            return model.ExportOnnx; // It was read as a backbone, so that is what it is.
        }
    }

    private OnnxExportOptions ToLibrary(OnnxPrecision precision) => new()
    {
        Precision = precision,
        OperatorSet = options.OperatorSet,
        ByteInput = options.HasByteInput,
        ImagePixels = options.ImagePixels,
    };

    private static void AddRows(Table table, OnnxExportResult result)
    {
        string file = result.Path;
        string size = (result.FileBytes / BytesPerMegabyte).ToString("F1", CultureInfo.InvariantCulture);
        foreach (OnnxOutputParity output in result.Parity!.Outputs)
        {
            table.AddRow(
                Markup.Escape(file),
                size,
                output.Output,
                output.MaximumDifference.ToString("0.0E-0", CultureInfo.InvariantCulture),
                output.MinimumCosine.ToString("F6", CultureInfo.InvariantCulture));
            (file, size) = (string.Empty, string.Empty);
        }
    }
}
