using System.CommandLine;
using ImageSearch.Classes;
using Scott.Models.Imaging;

namespace ImageSearch.Options;

/// <summary>The command line and how it becomes <see cref="ServeOptions"/>.</summary>
internal sealed class ServeCommand
{
    public const string Examples =
        """
        Examples:
          ImageSearch                                   a page that searches a few drawn images, on http://127.0.0.1:5080
          ImageSearch --folder photos                   searches your own, with all folders below
          ImageSearch --folder photos --port 0          on a free port, which the log names
          ImageSearch --model mine.safetensors          with your own model

        Everything else is set in the section Scott of appsettings.json, or by variables such as Scott__Extraction__Precision=Int8.
        The app answers only requests from this machine. Exit codes: 0 ended by Ctrl-C, 1 failed, 2 wrong usage.

        """;

    private readonly Option<string?> _folder = new("--folder", "-f")
    {
        Description = $"The images to search, with all folders below ({string.Join(' ', ImageDecoder.FileExtensions)}). Default: drawn ones.",
        HelpName = "folder",
    };

    private readonly Option<int> _port = Number("--port", "The port on 127.0.0.1; 0 for a free one.", ServeOptions.DefaultPort);
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "A pretrained model or a file. Default: what the configuration says.",
        HelpName = "name|file.safetensors",
    };

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = $"The file of the classes that are added on the page. Default: {ClassStore.FileName} in the folder.",
        HelpName = "file.safetensors",
    };

    private readonly Option<int> _maximumUpload = Number(
        "--max-upload-mib", "The largest image that may be uploaded, in MiB.", ServeOptions.DefaultMaximumUploadMebibytes);
    private readonly Option<int> _top = Number("--top", "How many images a search finds.", ServeOptions.DefaultMatches);

    public ServeCommand() => Root = new RootCommand(
        "Searches a folder of images by image, on a web page that also shows near duplicates, anomalies and classes.")
    {
        _folder, _port, _model, _classes, _maximumUpload, _top,
    };

    public RootCommand Root { get; }

    public ServeOptions Bind(ParseResult result) => new()
    {
        Folder = result.GetValue(_folder),
        Port = result.GetValue(_port),
        Model = result.GetValue(_model),
        Classes = result.GetValue(_classes),
        MaximumUploadMebibytes = result.GetValue(_maximumUpload),
        Matches = result.GetValue(_top),
    };

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, HelpName = "n", DefaultValueFactory = _ => value };
}
