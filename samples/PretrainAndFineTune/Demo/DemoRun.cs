using PretrainAndFineTune.Pretrain;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Configuration;

namespace PretrainAndFineTune.Demo;

/// <summary>The main job on drawn pictures: a tiny model, half a minute, everything that a real run shows and writes.</summary>
internal static class DemoRun
{
    private const int TrainingVariants = 9;
    private const int ValidationVariants = 3;
    private const long Seed = 47;

    private static readonly ScottArchitecture Tiny = new() { ImagePixels = 64, EmbeddingWidth = 96, Depth = 3, Heads = 3 };

    public static async Task<int> RunAsync(PretrainCommand command, Screen screen, CancellationToken cancellationToken)
    {
        // It stays, for its files are what there is to see.
        string folder = Directory.CreateTempSubdirectory("scott-demo-").FullName;
        (string training, string validation, string model) = (Path.Combine(folder, "train"), Path.Combine(folder, "val"), Path.Combine(folder, "tiny.safetensors"));
        await DrawAsync(training, 0, TrainingVariants, cancellationToken);
        await DrawAsync(validation, TrainingVariants, ValidationVariants, cancellationToken);
        await ScottModel.Create(Tiny, Seed).SaveAsync(model, cancellationToken);
        string[] arguments =
        [
            PretrainCommand.Name, training, "--output", Path.Combine(folder, "run"), "--model", model, "--minutes", "0.4", "--epochs", "24", "--batch-size", "6",
            "--learning-rate", "3e-5", "--labels-train", training, "--labels-val", validation, "--evaluate-every", "6",
        ];
        screen.Say($"No folder was given: drew {DrawnPictures.Kinds.Count * TrainingVariants} pictures into '{folder}', which you may delete afterwards.");
        screen.Say("So few teach a model nothing of use; this shows what a run looks like. It is the same as");
        screen.Say($"  {ShellCommand.Of(arguments)}");
        PretrainOptions options = command.Bind(command.Command.Parse(arguments[1..]), arguments);
        return await new PretrainRun(options, screen).RunAsync(cancellationToken);
    }

    /// <summary>One folder per kind.</summary>
    private static async Task DrawAsync(string folder, int first, int count, CancellationToken cancellationToken)
    {
        foreach (string kind in DrawnPictures.Kinds)
        {
            string folderOfKind = Directory.CreateDirectory(Path.Combine(folder, kind)).FullName;
            for (int variant = first; variant < first + count; variant++)
            {
                await DrawnPictures.DrawAsync(kind, variant, Path.Combine(folderOfKind, $"{variant + 1}.png"), cancellationToken);
            }
        }
    }
}
