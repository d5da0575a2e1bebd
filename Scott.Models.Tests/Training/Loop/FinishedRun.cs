using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Datasets;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>A finished run on two class folders, made once. Tests resume copies of its images and checkpoints, which are in another folder.</summary>
public sealed class FinishedRun : IAsyncLifetime
{
    private const int PerClass = 6;

    private static readonly FineTuningOptions Recipe = new() { Epochs = 1, BatchSize = 4, ValidationRatio = 0.34 };

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        for (int i = 0; i < 2 * PerClass; i++)
        {
            string path = Path.Combine(_folder.Path, "images", i % 2 == 0 ? "even" : "odd", $"{i / 2}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await DrawnImages.Draw(i).SavePngAsync(path);
        }

        await TuneAsync(_folder.Path, Labeled(_folder.Path));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies the run: its images are in <c>images</c>, its checkpoints in <c>run</c>.</summary>
    internal void CopyTo(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(_folder.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    internal static ImageFolder Labeled(string folder) => ImageFolder.OpenLabeled(Path.Combine(folder, "images"));

    internal static Task<FineTuningResult> TuneAsync(
        string folder, IImageDataset images, IImageDataset? validation = null, bool allowsChanges = false, ILogger? logger = null)
    {
        FineTuningBuilder builder = PretrainingRuns.Model.FineTune(images)
            .WithOptions(Recipe)
            .WithRunOptions(PretrainingRuns.Run with { CheckpointFolder = Path.Combine(folder, "run"), AllowChangedOptions = allowsChanges })
            .WithLogger(logger ?? NullLogger.Instance);
        return (validation is null ? builder : builder.WithValidation(validation)).RunAsync();
    }

    internal static Task<PretrainingResult> PretrainAsync(string folder, IImageDataset images) => PretrainingRuns.Model.Pretrain(images)
        .WithOptions(PretrainingRuns.Options with { Epochs = 1 })
        .WithRunOptions(PretrainingRuns.Run with { CheckpointFolder = Path.Combine(folder, "pretrain") })
        .RunAsync();
}
