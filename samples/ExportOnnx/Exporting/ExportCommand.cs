using System.CommandLine;
using Samples.Shared;
using Scott.Models.Onnx;

namespace ExportOnnx.Exporting;

/// <summary>The command line and how it becomes <see cref="ExportOptions"/>.</summary>
internal sealed class ExportCommand
{
    public const string Examples =
        """
        Examples:
          ExportOnnx                                        the pretrained scott-mini-112 in each precision, into the folder onnx
          ExportOnnx classifier.safetensors --image cat.jpg
                                                            a classifier, and what it makes of an image
          ExportOnnx model.safetensors --precision float16weights --byte-input -o app/models
                                                            one file, half the size, that takes pixels as a decoder gives them

        Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated.

        """;

    private const string All = "all";

    private readonly Argument<string> _model = new("model")
    {
        Description = $"What to export: {NamedModel.Choices}. A file may hold a classifier.",
        DefaultValueFactory = _ => NamedModel.Default,
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The folder of the files, which are named after model and precision.",
        HelpName = "folder",
        DefaultValueFactory = _ => ExportOptions.DefaultFolder,
    };

    private readonly Option<string> _precision = Choice("--precision", "The numbers of weights and arithmetic.", [All, .. Names<OnnxPrecision>()]);
    private readonly Option<string> _operatorSet = Choice("--operator-set", "The operators that the graph may use.", [.. Names<OnnxOperatorSet>()]);
    private readonly Option<bool> _byteInput = new("--byte-input") { Description = "Take uint8 [batch, S, S, 3] and normalize inside the graph." };
    private readonly Option<int?> _imagePixels = new("--image-size") { Description = "Another image size than the model's.", HelpName = "pixels" };
    private readonly Option<string?> _image = new("--image") { Description = "Tries the first file on this image. Default: a drawn one.", HelpName = "file" };

    public ExportCommand() => Root = new RootCommand("Exports a model or a classifier to ONNX, compares each file with the model, and tries one with ONNX Runtime alone.")
    {
        _model, _output, _precision, _operatorSet, _byteInput, _imagePixels, _image,
    };

    public RootCommand Root { get; }

    public ExportOptions Bind(ParseResult result)
    {
        string precision = result.GetRequiredValue(_precision);
        return new ExportOptions
        {
            Model = result.GetRequiredValue(_model),
            OutputFolder = result.GetRequiredValue(_output),
            Precisions = All.Equals(precision, StringComparison.OrdinalIgnoreCase) ? Enum.GetValues<OnnxPrecision>() : [Enum.Parse<OnnxPrecision>(precision, ignoreCase: true)],
            OperatorSet = Enum.Parse<OnnxOperatorSet>(result.GetRequiredValue(_operatorSet), ignoreCase: true),
            HasByteInput = result.GetValue(_byteInput),
            ImagePixels = result.GetValue(_imagePixels),
            Image = result.GetValue(_image),
        };
    }

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());

    /// <summary>The first value is the default.</summary>
    private static Option<string> Choice(string name, string description, string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        return option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
    }
}
