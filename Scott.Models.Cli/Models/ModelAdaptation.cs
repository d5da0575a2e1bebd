using System.CommandLine;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Zoo;

namespace Scott.Models.Cli;

/// <summary>The command <c>models adapt</c>: the same model for images of other channels, another window, another size or another resize.</summary>
internal static class ModelAdaptation
{
    private const string Examples =
        """
        scott models adapt scott-mini-112-distilled --channels 4 --images fields -o fields.safetensors
                                                                 for 4 channels, normalized by the images' own mean and deviation
        scott models adapt scott-mini-112-distilled --sample-range 1%..99% -o scans.safetensors
                                                                 for 16-bit images, each with its own window
        scott models adapt scott-mini-112-distilled --image-size 224x160 --resize letterbox -o wide.safetensors
                                                                 for images of another shape, nothing cut off
        """;

    public static Command CreateCommand()
    {
        var source = new Argument<string>("model") { Description = $"{NamedModel.Choices}.", HelpName = NamedModel.HelpName };
        Option<string?> output = Options.File("--output", "The model file to write.");
        output.Aliases.Add("-o");
        output.Required = true;
        Option<int?> channels = Options.Whole("--channels", "The number of channels, 1 to 16. The first layer's filters are adapted.");
        Option<string?> images = Options.Folder("--images", "Images whose mean and deviation normalize the channels. Default: ImageNet's average.");
        var range = new Option<string?>("--sample-range")
        {
            Description = "The samples that become black and white: two numbers, as 0..4095, or two percentiles of each image, as 1%..99%.",
            HelpName = "low..high",
        };
        var size = new Option<string?>("--image-size")
        {
            Description = "The image's height and width in pixels, as 224x160, or one number.",
            HelpName = "n",
        };
        var resize = new Option<string?>("--resize") { Description = "How images are brought to that size: shortside, stretch or letterbox." };
        resize.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Options.Names<ResizeMode>());
        var command = new ToolCommand("adapt", "Writes a model for images of other channels, another window or another size.", Examples)
        {
            source, output, channels, images, range, size, resize,
        };
        command.Do(async (result, screen, cancellationToken) =>
        {
            string name = result.GetRequiredValue(source), file = result.GetRequiredValue(output)!;
            (string? folder, int? count) = (result.GetValue(images), result.GetValue(channels));
            ZooOptions zoo = ModelsCommand.ZooOf(result);
            Check.That(
                zoo.IsDefault() || NamedModel.CanBePretrained(name),
                $"--manifest and --revision choose a pretrained model, and '{name}' is none; leave them out.");
            Check.OutputFile(file);
            Check.Folders(folder);
            Check.That(folder is null || count is not null, "--images needs --channels.");
            SampleRange? window = result.GetValue(range) is { } text ? ParseRange(text) : null;
            (int Height, int Width)? pixels = result.GetValue(size) is { } sides ? ParseSize(sides) : null;
            ResizeMode? mode = result.GetValue(resize) is { } way ? Enum.Parse<ResizeMode>(way, ignoreCase: true) : null;

            ScottModel model = await NamedModel.LoadAsync(name, InferenceChoices.Seed, screen, cancellationToken, zoo);
            model = window is null ? model : Check.Legal(() => model.WithSampleRange(window));
            model = pixels is not { } side ? model : Check.Legal(() => model.WithImageSize(side.Height, side.Width));
            model = mode is not { } kind ? model : Check.Legal(() => model.WithResize(kind));
            if (count is { } number)
            {
                ChannelNormalization? normalization = folder is null
                    ? null
                    : await MeasureAsync(folder, number, model.Preprocessing.SampleRange, screen, cancellationToken);
                model = Check.Legal(() => model.WithImageChannels(number, normalization));
            }

            await model.SaveAsync(file, cancellationToken);
            string advice = count is null ? string.Empty : " Train it on such images before you rely on its features.";
            screen.Say($"Wrote '{file}'.{advice}");
            screen.Result(new { output = file, model.Architecture, model.Preprocessing });
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The mean and deviation of the images in a folder.</summary>
    private static async Task<ChannelNormalization> MeasureAsync(
        string folder, int channels, SampleRange? window, Screen screen, CancellationToken cancellationToken)
    {
        var decoding = new ImageDecodingOptions { Channels = channels };
        Check.Legal(decoding.Validate);
        DatasetReport report = await ProgressBars.ShowAsync(screen, "Reading every image", progress => ImageFolder.Open(folder).InspectAsync(
            decoding: decoding,
            sampleRange: window,
            progress: ProgressBars.Listen<InspectionProgress>(value => progress("images", value.Completed, value.Total)),
            cancellationToken: cancellationToken));
        foreach (UnreadableImage image in report.Unreadable)
            screen.Note(Faults.Describe(image.Error));

        return report.Channels ?? throw new UsageException($"None of the images in '{folder}' can be read.");
    }

    private static SampleRange ParseRange(string text)
    {
        string[] ends = text.Split("..");
        bool isPercentile = ends.All(end => end.EndsWith('%'));
        double[] numbers = [.. ends.Select(end => isPercentile ? end[..^1] : end).Select(
            end => double.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        Check.That(
            numbers.Length == 2 && numbers.All(double.IsFinite),
            $"--sample-range is '{text}'; expected two numbers, as 0..4095, or two percentiles, as 1%..99%.");
        return isPercentile ? SampleRange.Percentile(numbers[0], numbers[1]) : SampleRange.Fixed(numbers[0], numbers[1]);
    }

    private static (int Height, int Width) ParseSize(string text)
    {
        int[] sides = [.. text.Split('x', 'X').Select(
            side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int pixels) ? pixels : 0)];
        Check.That(sides.Length is 1 or 2 && sides.All(side => side > 0), $"--image-size is '{text}'; expected one number, or two as 224x160.");
        return (sides[0], sides[^1]);
    }
}
