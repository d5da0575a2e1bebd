using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Images in, a trained model out; can be stopped at any time and resumed. Runs once.</summary>
internal sealed class PretrainRun(PretrainOptions options, Screen screen)
{
    public const string ModelFile = "model.safetensors";

    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        ScottModel model = await NamedModel.LoadAsync(options.Model, options.ToTrainingOptions().Seed, cancellationToken);
        ImageFolder? labeled = options.LabelsTrain is { } folder ? ImageFolder.OpenLabeled(folder) : null;
        ImageFolder? labeledTest = labeled is null ? null : LabeledFolders.OpenTest(options.LabelsVal, labeled);
        var images = new ConcatenatedDataset(options.Folders.Select(folder => ImageFolder.Open(folder)));
        string folders = string.Join("', '", options.Folders);
        screen.Say($"Pre-training {options.Model} on {Plural.Of(images.Count, "image")} of '{folders}', into '{options.OutputPath}'.");
        try
        {
            PretrainingResult result = await RunView<PretrainingRecord>.ShowAsync(
                screen,
                EpochTables.Pretraining(options.HasLabels),
                view => TrainAsync(model, images, labeled, labeledTest, view, cancellationToken));
            ScottModel trained = options.HasHalfWeights ? result.LastModel.WithFloat16Weights() : result.LastModel;
            await trained.SaveAsync(Path.Combine(options.OutputPath, ModelFile), cancellationToken);
            PretrainReport.Print(result, options, wasFinished: !_hasTrained, screen);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Command, screen);
        }
    }

    private async Task<PretrainingResult> TrainAsync(
        ScottModel model,
        IImageDataset images,
        ImageFolder? labeled,
        ImageFolder? labeledTest,
        RunView<PretrainingRecord> view,
        CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = Interruption.Announce(view.Note, cancellationToken);
        PretrainingBuilder builder = model.Pretrain(images)
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
        if (labeled is not null && labeledTest is not null)
            builder.WithEvaluation(labeled, labeledTest, options.EvaluateEvery ?? 1);

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }
}
