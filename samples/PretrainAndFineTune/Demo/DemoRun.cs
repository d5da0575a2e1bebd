using PretrainAndFineTune.Both;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Foundation;

namespace PretrainAndFineTune.Demo;

/// <summary>The main job on drawn images: a tiny model, half a minute, everything that a real run shows and writes.</summary>
internal static class DemoRun
{
    private const int TrainingVariants = 9;
    private const int TestVariants = 3;
    private const long Seed = 47;

    private static readonly ScottArchitecture Tiny = new() { ImagePixels = 64, EmbeddingWidth = 96, Depth = 3, Heads = 3, DropoutRate = 0, AttentionDropoutRate = 0, StochasticDepthRate = 0 };

    public static async Task<int> RunAsync(BothCommand command, Screen screen, CancellationToken cancellationToken)
    {
        // It stays, for its files are what there is to see.
        string folder = Directory.CreateTempSubdirectory("scott-demo-").FullName;
        (string training, string test, string model) = (Path.Combine(folder, "train"), Path.Combine(folder, "test"), Path.Combine(folder, "tiny.safetensors"));
        await DrawAsync(training, 0, TrainingVariants, cancellationToken);
        await DrawAsync(test, TrainingVariants, TestVariants, cancellationToken);
        await ScottModel.Create(Tiny, Seed).SaveAsync(model, cancellationToken);
        string[] arguments =
        [
            BothCommand.Name, training, training, "--test", test, "--output", Path.Combine(folder, "run"), "--model", model,
            "--minutes", "0.3", "--epochs", "16", "--finetune-epochs", "12", "--batch-size", "6",
        ];
        screen.Say($"No folder was given: drew {Plural.Of(DrawnImages.Kinds.Count * TrainingVariants, "image")} into '{folder}', which you may delete afterwards.");
        screen.Say("So few teach a model little; this shows what a run looks like. It is the same as");
        screen.Say($"  {ShellCommand.Of(arguments)}");
        return await BothCommand.RunAsync(command.Bind(command.Command.Parse(arguments[1..]), arguments), screen, cancellationToken);
    }

    /// <summary>One folder per kind.</summary>
    private static async Task DrawAsync(string folder, int first, int count, CancellationToken cancellationToken)
    {
        foreach (string kind in DrawnImages.Kinds)
        {
            string folderOfKind = Directory.CreateDirectory(Path.Combine(folder, kind)).FullName;
            for (int variant = first; variant < first + count; variant++)
            {
                await DrawnImages.DrawAsync(kind, variant, Path.Combine(folderOfKind, $"{variant + 1}.png"), cancellationToken);
            }
        }
    }
}
