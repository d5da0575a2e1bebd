using System.CommandLine;
using Scott.Models.Onnx;

namespace Scott.Models.Cli;

/// <summary>The command <c>export</c> and how it becomes <see cref="ExportOptions"/>.</summary>
internal static class ExportCommand
{
    private const string All = "all";

    private const string Examples =
        """
        scott export                                             the default model in each precision, into the folder onnx
        scott export classifier.safetensors --image cat.jpg      a classifier, and its result for an image
        scott export model.safetensors --precision int8 --calibration photos
                                                                 8-bit integers, with scales measured on up to 64 of these images
        scott export model.safetensors --precision float16weights --byte-input -o app/models
                                                                 one file, half the size, that takes pixels as a decoder gives them
        """;

    public static Command Create()
    {
        var model = new Argument<string>("model")
        {
            Description = $"What to export: {NamedModel.Choices}. A file may hold a classifier.",
            DefaultValueFactory = _ => NamedModel.Default,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "The folder of the files, which are named after model and precision.",
            HelpName = "folder",
            DefaultValueFactory = _ => ExportOptions.DefaultFolder,
        };
        Option<string> precision = Options.Choice("--precision", "The numbers of weights and arithmetic.", [All, .. Options.Names<OnnxPrecision>()]);
        Option<string> operatorSet = Options.Choice("--operator-set", "The operators that the graph may use.", Options.Names<OnnxOperatorSet>());
        Option<string> pooling = Options.Pooling();
        var byteInput = new Option<bool>("--byte-input") { Description = "Take uint8 [batch, H, W, 3] and normalize inside the graph." };
        var imagePixels = new Option<int?>("--image-size") { Description = "An image size other than the model's.", HelpName = "pixels" };
        Option<string?> image = Options.File("--image", "Runs the first file on this image, with ONNX Runtime alone.");
        var calibration = new Option<string[]>("--calibration")
        {
            Description = "For int8: measures the scales on up to 64 images of this file, folder or glob, spread evenly. May be repeated.",
            HelpName = "images",
        };
        var command = new ToolCommand("export", "Exports a model or a classifier to ONNX and compares each file with the model.", Examples)
        {
            model, output, precision, operatorSet, pooling, byteInput, imagePixels, calibration, image,
        };
        command.Do((result, screen, cancellationToken) => new ExportRun(
            new ExportOptions
            {
                Model = result.GetRequiredValue(model),
                OutputFolder = result.GetRequiredValue(output),
                Precisions = Precisions(result.GetRequiredValue(precision)),
                OperatorSet = Enum.Parse<OnnxOperatorSet>(result.GetRequiredValue(operatorSet), ignoreCase: true),
                Pooling = Options.PoolingOf(result.GetRequiredValue(pooling)),
                HasByteInput = result.GetValue(byteInput),
                ImagePixels = result.GetValue(imagePixels),
                Calibration = result.GetValue(calibration) ?? [],
                Image = result.GetValue(image),
            },
            screen).RunAsync(cancellationToken));
        return command;
    }

    private static OnnxPrecision[] Precisions(string value) => All.Equals(value, StringComparison.OrdinalIgnoreCase)
        ? Enum.GetValues<OnnxPrecision>()
        : [Enum.Parse<OnnxPrecision>(value, ignoreCase: true)];
}
