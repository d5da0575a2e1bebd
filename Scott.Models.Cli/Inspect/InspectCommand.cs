using System.CommandLine;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Cli;

/// <summary>The command <c>inspect</c>: a dataset before a training, or a model.</summary>
internal static class InspectCommand
{
    private const string Examples =
        """
        scott inspect photos                                     sizes, unreadable files and copies of a folder's images
        scott inspect labeled/train --labeled --val labeled/val  the same with classes, and images that are in both folders
        scott inspect labeled/train --labeled --outliers         also images that do not belong, and labels that are likely wrong
        scott inspect images.csv                                 the same for a list of paths, with or without labels
        scott inspect model.safetensors                          architecture, classes and origin of a model
        scott inspect hf:facebook/dinov2-small                   the same of a model of the Hugging Face Hub, or of a pretrained one
        """;

    public static Command Create()
    {
        var subject = new Argument<string>("subject")
        {
            Description = $"A folder of images, a .csv list of images, or a model: {NamedModel.Choices}.",
        };
        var labeled = new Option<bool>("--labeled") { Description = "The folder has one folder per class." };
        Option<string?> validation = Options.Folder("--val", "The validation images, to find images that are in both folders.");
        Option<int?> channels = Options.Whole("--channels", "Read images as so many channels, to measure their mean and deviation. Default: 3.");
        var outliers = new Option<bool>("--outliers") { Description = "Embed the images too, to find what does not belong, and wrong labels." };
        Option<string> model = Options.Model($"What turns images into vectors for --outliers: {NamedModel.Choices}.", NamedModel.Default);
        var command = new ToolCommand("inspect", "Examines images before a training, or a model.", Examples)
        {
            subject, labeled, validation, channels, outliers, model,
        };
        command.Do(async (result, screen, cancellationToken) =>
        {
            string name = result.GetRequiredValue(subject);
            bool isList = ImageInputs.IsList(name);
            bool isDataset = isList || (Directory.Exists(name) && !NamedModel.IsFolder(name));
            bool hasOptions = result.GetValue(labeled) || result.GetValue(validation) is not null || result.GetValue(outliers)
                || result.GetValue(channels) is not null;
            Check.That(
                isDataset || File.Exists(name) || NamedModel.IsKnown(name),
                $"'{name}' is neither a folder of images, nor a .csv list, nor a model; a model is {NamedModel.Choices}.");
            Check.That(isDataset || !hasOptions, "--labeled, --val, --channels and --outliers are for folders of images.");
            Check.That(!isList || !result.GetValue(labeled), "A .csv list says itself whether it has labels; leave out --labeled.");
            Check.That(result.GetValue(outliers) || !Options.IsGiven(result, model), "--model finds outliers; add --outliers.");
            var decoding = new ImageDecodingOptions { Channels = result.GetValue(channels) ?? 3 };
            Check.Legal(decoding.Validate);
            Check.Folders(result.GetValue(validation));
            if (!isDataset)
                return await ModelInspection.RunAsync(name, screen, cancellationToken);

            IImageDataset dataset = isList ? await ImageList.FromCsvAsync(name, cancellationToken: cancellationToken)
                : result.GetValue(labeled) ? ImageFolder.OpenLabeled(name)
                : ImageFolder.Open(name);
            ImageFolder? other = result.GetValue(validation) is not { } folder ? null
                : dataset.ClassNames.Count > 0 ? ImageFolder.OpenLabeled(folder)
                : ImageFolder.Open(folder);
            string? embedder = result.GetValue(outliers) ? result.GetRequiredValue(model) : null;
            return await InspectAsync(dataset, other, decoding, embedder, screen, cancellationToken);
        });
        return command;
    }

    /// <param name="dataset">The images.</param>
    /// <param name="validation">Images to compare them with, byte for byte.</param>
    /// <param name="decoding">How they are decoded.</param>
    /// <param name="model">The model that finds outliers; <see langword="null"/> to leave them.</param>
    /// <param name="screen">Where to print.</param>
    /// <param name="cancellationToken">Cancels the inspection.</param>
    private static async Task<int> InspectAsync(
        IImageDataset dataset, IImageDataset? validation, ImageDecodingOptions decoding, string? model, Screen screen,
        CancellationToken cancellationToken)
    {
        if (model is not null)
            NamedModel.Require(model);

        DatasetReport report = await ProgressBars.ShowAsync(screen, "Reading every image", progress => dataset.InspectAsync(
            validation,
            decoding,
            progress: ProgressBars.Listen<InspectionProgress>(value => progress("images", value.Completed, value.Total)),
            cancellationToken: cancellationToken));
        screen.Print(report.ToString());
        OutlierInspection? outliers = model is null ? null : await OutlierInspection.RunAsync(model, dataset, screen, cancellationToken);
        outliers?.Print(screen);
        screen.Result(new
        {
            images = report.Count,
            validationImages = report.ValidationCount,
            report.Width,
            report.Height,
            channels = report.Channels,
            classes = report.Classes.Select(each => new { each.Name, images = each.Images }),
            unlabeled = report.UnlabeledCount,
            unreadable = report.Unreadable.Select(each => new { each.Name, error = Faults.Describe(each.Error) }),
            unreadableValidation = report.UnreadableValidation.Select(each => new { each.Name, error = Faults.Describe(each.Error) }),
            duplicates = report.Duplicates.Select(each => each.Names),
            inBoth = report.Leakage.Select(each => new { training = each.TrainingNames, validation = each.ValidationNames }),
            report.SkippedFiles,
            report.Warnings,
            outliers = outliers?.ToJson(),
        });
        return ExitCode.Success;
    }
}
