using System.CommandLine;
using Scott.Models.Downloads;
using Scott.Models.Zoo;

namespace Scott.Models.Cli;

/// <summary>The command <c>models</c> with its sub-commands.</summary>
internal static class ModelsCommand
{
    private const string Examples =
        """
        scott models list                                        the pretrained models, and which are on this machine
        scott models download vit-mini-112 --manifest https://example.com/models/weights-manifest.json
        scott models import /media/usb/models                    known models' files from a folder, for machines without network
        scott models import checkpoint.pth --architecture scott-12-16-224 -o model.safetensors
                                                                 foreign weights as a model file
        scott models verify                                      hashes every file in the cache
        scott models remove vit-mini-112

        SCOTT_MODELS_CACHE moves the cache; SCOTT_OFFLINE=1 forbids the network.
        """;

    private static readonly Option<string[]> Manifests = new("--manifest")
    {
        Description = "A manifest besides the package's: a file or an https address. Repeat it for several.",
        HelpName = "file|address",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Revision = new("--revision")
    {
        Description = "The revision to use. Default: the current one.",
        HelpName = "name",
        Recursive = true,
    };

    public static Command Create() => new ToolCommand("models", "Lists, downloads, imports, adapts, removes and verifies models.", Examples)
    {
        Manifests, Revision, List(), Download(), ModelImport.CreateCommand(), ModelAdaptation.CreateCommand(), Remove(), Verify(),
    };

    public static ZooOptions ZooOf(ParseResult result) => new()
    {
        Manifests = result.GetValue(Manifests) ?? [],
        Revision = result.GetValue(Revision),
    };

    /// <summary>Whether the command line names no manifest and no revision.</summary>
    public static bool IsDefault(this ZooOptions zoo) => zoo.Manifests.Count == 0 && zoo.Revision is null;

    /// <summary>Runs work of the zoo with a bar for its files.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, string title, Func<IProgress<DownloadProgress>, Task<T>> work) =>
        ProgressBars.ShowAsync(screen, title, report => work(
            ProgressBars.Listen<DownloadProgress>(value => report(value.FileName, value.CompletedBytes, value.TotalBytes))));

    public static object ToJson(CachedModel model) => new { model.Id, model.Revision, model.Folder, model.Bytes, files = model.Files };

    private static ToolCommand List()
    {
        var command = new ToolCommand("list", "Lists the pretrained models, and which are on this machine.", Examples);
        command.Do((result, screen, cancellationToken) => ModelList.RunAsync(ZooOf(result), screen, cancellationToken));
        return command;
    }

    private static ToolCommand Download()
    {
        var id = new Argument<string>("model") { Description = "The model's id." };
        var command = new ToolCommand("download", "Brings a model's files into the cache. An interrupted download resumes.", Examples) { id };
        command.Do(async (result, screen, cancellationToken) =>
        {
            string model = result.GetRequiredValue(id);
            CachedModel cached = await ShowAsync(
                screen, $"Downloading {model}", progress => ScottModels.DownloadAsync(model, ZooOf(result), progress, cancellationToken));
            screen.Say($"{cached.Id}, revision {cached.Revision}, is in '{cached.Folder}'.");
            screen.Result(ToJson(cached));
            return ExitCode.Success;
        });
        return command;
    }

    private static ToolCommand Remove()
    {
        var id = new Argument<string>("model") { Description = "The model's id." };
        var command = new ToolCommand("remove", "Removes a model's files from the cache, unfinished downloads included.", Examples) { id };
        command.Do(async (result, screen, cancellationToken) =>
        {
            string model = result.GetRequiredValue(id);
            long bytes = await RemoveAsync(model, ZooOf(result), cancellationToken);
            screen.Say(bytes > 0 ? $"Removed {Figures.Mebibytes(bytes)} MiB of {model}." : $"The cache holds no file of {model}.");
            screen.Result(new { id = model, bytes });
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<long> RemoveAsync(string model, ZooOptions zoo, CancellationToken cancellationToken)
    {
        try
        {
            return await ScottModels.RemoveAsync(model, zoo, cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    private static ToolCommand Verify()
    {
        var ids = new Argument<string[]>("models")
        {
            Description = "The models' ids. Default: all models in the cache.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new ToolCommand(
            "verify", "Compares models' files with the manifest, every byte; exit code 1 if a file is not sound.", Examples) { ids };
        command.Do((result, screen, cancellationToken) => ModelCheck.RunAsync(result.GetValue(ids) ?? [], ZooOf(result), screen, cancellationToken));
        return command;
    }
}
