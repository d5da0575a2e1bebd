using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What a run produced.</summary>
/// <param name="Result">The library's result.</param>
/// <param name="WasFinished">Whether the run was finished before.</param>
/// <param name="ModelPath">The file of the model after the last step.</param>
internal sealed record Pretrained(PretrainingResult Result, bool WasFinished, string ModelPath);

/// <summary>Images in, a trained model out; can be stopped at any time and resumed. Runs once.</summary>
internal sealed class PretrainRun(PretrainOptions options, Screen screen)
{
    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        try
        {
            Pretrained pretrained = await CarryOutAsync(cancellationToken);
            PretrainReport.Print(pretrained.Result, options, pretrained.WasFinished, screen);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Command, screen);
        }
    }

    /// <summary>Trains, and writes the model.</summary>
    public async Task<Pretrained> CarryOutAsync(CancellationToken cancellationToken)
    {
        ScottModel model = await NamedModel.LoadAsync(options.Model, options.ToTrainingOptions().Seed, screen, cancellationToken);
        (IImageDataset Training, IImageDataset Validation)? labeled = await options.Labels.OpenAsync(cancellationToken);
        IImageDataset images = await ImageInputs.OpenAsync(options.Images, cancellationToken);
        string inputs = string.Join("', '", options.Images);
        screen.Say($"Pre-training {options.Model} on {Plural.Of(images.Count, "image")} of '{inputs}', into '{options.OutputPath}'.");
        PretrainingResult result = await RunView<PretrainingRecord>.ShowAsync(
            screen,
            EpochTables.Pretraining(options.Labels.Any),
            view => TrainAsync(model, images, labeled, view, cancellationToken));
        ScottModel trained = options.HasHalfWeights ? result.LastModel.WithFloat16Weights() : result.LastModel;
        string path = Path.Combine(options.OutputPath, WrittenFiles.ModelFile);
        await trained.SaveAsync(path, cancellationToken);
        return new Pretrained(result, !_hasTrained, path);
    }

    private async Task<PretrainingResult> TrainAsync(
        ScottModel model,
        IImageDataset images,
        (IImageDataset Training, IImageDataset Validation)? labeled,
        RunView<PretrainingRecord> view,
        CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = Interruption.Announce(view.Note, cancellationToken);
        PretrainingBuilder builder = model.Pretrain(images)
            .WithRecipe(options.Recipe)
            .WithOptions(options.ToTrainingOptions())
            .WithAugmentation(options.ToAugmentation())
            .WithRunOptions(options.Run.ToRunOptions(options.OutputPath))
            .ShowIn(view, () => _hasTrained = true);
        if (labeled is var (training, validation))
            builder.WithEvaluation(training, validation, options.Labels.EveryEpochs);

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }
}
