using PretrainAndFineTune.Display;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Training;

namespace PretrainAndFineTune.Pretrain;

/// <summary>Pictures in, a trained model out; can be stopped at any time and gone on with. Runs once.</summary>
internal sealed class PretrainRun(PretrainOptions options, Screen screen)
{
    public const string ModelFile = "model.safetensors";

    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        ScottModel model = await NamedModel.LoadAsync(options.Model, options.ToTrainingOptions().Seed, cancellationToken);
        ImageFolder? labelled = options.LabelsTrain is { } folder ? ImageFolder.OpenLabeled(folder) : null;
        ImageFolder? labelledTest = labelled is null ? null : LabelledFolders.OpenTest(options.LabelsVal, labelled);
        var pictures = new ConcatenatedDataset(options.Folders.Select(folder => ImageFolder.Open(folder)));
        screen.Say($"Pre-training {options.Model} on {Plural.Of(pictures.Count, "picture")} of '{string.Join("', '", options.Folders)}', into '{options.OutputPath}'.");
        try
        {
            PretrainingResult result = await RunView<PretrainingRecord>.ShowAsync(
                screen, EpochTables.Pretraining(options.HasLabels), view => TrainAsync(model, pictures, labelled, labelledTest, view, cancellationToken));
            await (options.HasHalfWeights ? result.LastModel.WithFloat16Weights() : result.LastModel).SaveAsync(Path.Combine(options.OutputPath, ModelFile), cancellationToken);
            PretrainReport.Print(result, options, wasFinished: !_hasTrained, screen);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Arguments, screen);
        }
    }

    private async Task<PretrainingResult> TrainAsync(
        ScottModel model, IImageDataset pictures, ImageFolder? labelled, ImageFolder? labelledTest, RunView<PretrainingRecord> view, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = Interruption.Announce(view.Note, cancellationToken);
        PretrainingBuilder builder = model.Pretrain(pictures)
            .WithRecipe(options.Recipe)
            .WithOptions(options.ToTrainingOptions())
            .WithRunOptions(options.Run.ToRunOptions(options.OutputPath))
            .WithLogger(new ViewLogger(view.Note))
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
        if (labelled is not null && labelledTest is not null)
        {
            builder.WithEvaluation(labelled, labelledTest, options.EvaluateEvery ?? 1);
        }

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }
}
