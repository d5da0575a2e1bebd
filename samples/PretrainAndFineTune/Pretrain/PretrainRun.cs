using PretrainAndFineTune.Display;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Data;

namespace PretrainAndFineTune.Pretrain;

/// <summary>The main job: pictures in, a trained model out; can be stopped at any time and gone on with. Runs once.</summary>
internal sealed class PretrainRun(PretrainOptions options, Screen screen)
{
    public const string ModelFile = "model.safetensors";

    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        ScottModel model = await NamedModel.LoadAsync(options.Model, options.ToTrainingOptions().Seed, cancellationToken);
        var pictures = new ConcatenatedDataset(options.Folders.Select(folder => ImageFolder.Open(folder)));
        screen.Say($"Pre-training {options.Model} on {pictures.Count} pictures of '{string.Join("', '", options.Folders)}', into '{options.OutputPath}'.");
        try
        {
            PretrainingResult result = await RunView.ShowAsync(screen, new EpochLines(options.HasLabels), view => TrainAsync(model, pictures, view, cancellationToken));
            await result.Model.SaveAsync(Path.Combine(options.OutputPath, ModelFile), cancellationToken);
            PretrainReport.Print(result, options, wasFinished: !_hasTrained, screen);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ReportInterrupt();
            return ExitCode.Interrupted;
        }
    }

    private async Task<PretrainingResult> TrainAsync(ScottModel model, IImageDataset pictures, RunView view, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = cancellationToken.Register(() => view.Note("Stopping; what was learned is saved first. Ctrl-C again ends at once, without saving."));
        PretrainingBuilder builder = model.Pretrain(pictures)
            .WithRecipe(options.Recipe)
            .WithOptions(options.ToTrainingOptions())
            .WithRunOptions(options.ToRunOptions())
            .WithLogger(new ViewLogger(view))
            .OnStep((progress, _) =>
            {
                _hasTrained = true;
                view.Step(progress);
                return ValueTask.CompletedTask;
            })
            .OnEpoch((record, _) =>
            {
                view.Epoch(record);
                return ValueTask.FromResult(true);
            });
        if (options.LabelsTrain is { } training && options.LabelsVal is { } validation)
        {
            builder.WithEvaluation(ImageFolder.OpenLabeled(training), ImageFolder.OpenLabeled(validation), options.EvaluateEvery ?? 1);
        }

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }

    private void ReportInterrupt()
    {
        // The library writes a checkpoint before it lets go, if a step was done. The last step that it told of may be the one before.
        bool isSaved = Directory.Exists(options.OutputPath) && Directory.EnumerateFiles(options.OutputPath, "checkpoint-*").Any();
        screen.Warn($"Interrupted; {(isSaved ? $"the run is saved in '{options.OutputPath}'" : "no step was done, so there is nothing to save")}. To go on:");
        screen.Warn($"  {ShellCommand.Of(options.Arguments)}");
    }
}
