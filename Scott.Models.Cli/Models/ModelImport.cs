using System.CommandLine;
using Scott.Models.Zoo;

namespace Scott.Models.Cli;

/// <summary>The command <c>models import</c>: known models' files into the cache, or foreign weights as a model file.</summary>
internal static class ModelImport
{
    private const string Examples =
        """
        scott models import /media/usb/models                    known models' files, recognized by their content, into the cache
        scott models import vit-mini-112.safetensors --manifest weights-manifest.json
                                                                 one file of a manifest of your own
        scott models import checkpoint.pth --architecture scott-12-16-224 -o model.safetensors
                                                                 the reference's weights as a model file
        """;

    public static Command CreateCommand()
    {
        var path = new Argument<string>("path") { Description = "A folder or a file (.safetensors, .pth)." };
        Option<string?> output = Options.File("--output", "Writes the weights to this model file instead of the cache.");
        output.Aliases.Add("-o");
        var architecture = new Option<string?>("--architecture")
        {
            Description = "The architecture of weights that do not name theirs.",
            HelpName = "name",
        };
        architecture.AcceptOnlyFromAmong([.. ScottArchitectures.Names]);
        var prefix = new Option<string?>("--prefix")
        {
            Description = "Takes only the tensors below this name, for example 'model'.",
            HelpName = "name",
        };
        var command = new ToolCommand("import", "Takes local files into the cache, or writes foreign weights as a model file.", Examples)
        {
            path, output, architecture, prefix,
        };
        command.Do((result, screen, cancellationToken) =>
        {
            string source = result.GetRequiredValue(path);
            Check.That(Path.Exists(source), $"'{source}' does not exist.");
            if (result.GetValue(output) is not { } file)
            {
                Check.That(result.GetValue(architecture) is null && result.GetValue(prefix) is null, "--architecture and --prefix need --output.");
                return IntoCacheAsync(source, ModelsCommand.ZooOf(result), screen, cancellationToken);
            }

            Check.That(File.Exists(source), $"'{source}' is a folder; --output needs a file.");
            Check.That(ModelsCommand.ZooOf(result).IsDefault(), "--manifest and --revision are for the cache; leave them out with --output.");
            Check.OutputFile(file);
            var options = new ModelFileOptions
            {
                Architecture = result.GetValue(architecture) is { } name ? ScottArchitectures.Get(name) : null,
                TensorPrefix = result.GetValue(prefix),
            };
            return AsFileAsync(source, file, options, screen, cancellationToken);
        });
        return command;
    }

    private static async Task<int> IntoCacheAsync(string path, ZooOptions zoo, Screen screen, CancellationToken cancellationToken)
    {
        IReadOnlyList<CachedModel> imported = await ModelsCommand.ShowAsync(
            screen, $"Importing '{path}'", progress => ScottModels.ImportAsync(path, zoo, progress, cancellationToken));
        foreach (CachedModel model in imported)
            screen.Say($"{model.Id}, revision {model.Revision}, is in '{model.Folder}'.");

        screen.Result(imported.Select(ModelsCommand.ToJson));
        return ExitCode.Success;
    }

    private static async Task<int> AsFileAsync(
        string path, string output, ModelFileOptions options, Screen screen, CancellationToken cancellationToken)
    {
        ScottModel model = await ScottModel.FromFileAsync(path, options, cancellationToken);
        await model.SaveAsync(output, cancellationToken);
        screen.Say($"Wrote {Figures.Number(model.TrainableParameters, "#,0")} trainable parameters to '{output}'.");
        screen.Result(new { output, model.TrainableParameters, model.Architecture });
        return ExitCode.Success;
    }
}
