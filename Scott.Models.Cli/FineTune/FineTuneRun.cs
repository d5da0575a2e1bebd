using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What a run produced.</summary>
/// <param name="Result">The library's result.</param>
/// <param name="WasFinished">Whether the run was finished before.</param>
/// <param name="Test">How the classifier did on the test images, if there are any.</param>
internal sealed record FineTuned(FineTuningResult Result, bool WasFinished, TestResult? Test);

/// <summary>Labeled images in, a classifier out, as a file of its own and as ONNX; can be stopped at any time and resumed. Runs once.</summary>
internal sealed class FineTuneRun(FineTuneOptions options, Screen screen)
{
    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        try
        {
            FineTuned tuned = await CarryOutAsync(checksTest: true, cancellationToken);
            FineTuneReport.Print(tuned, options, screen);
            return tuned.Test?.Skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Command, screen);
        }
        catch (DatasetException exception) when (exception.Line is not null)
        {
            throw new UsageException($"{exception.Message} For a list with several labels per image add --multi-label.", exception);
        }
    }

    /// <summary>Trains, writes the classifier, and tests it. The caller names the test images that are left out.</summary>
    /// <param name="checksTest">Whether to check the test images first; the caller of several runs checks them once.</param>
    /// <param name="cancellationToken">Ends the run early; what is finished is saved.</param>
    /// <exception cref="IOException">A test image cannot be read, and the options make that an error.</exception>
    public async Task<FineTuned> CarryOutAsync(bool checksTest, CancellationToken cancellationToken)
    {
        FineTuningOptions recipe = options.ToTrainingOptions();
        (IImageDataset labeled, IImageDataset? validation, IImageDataset? test) = await options.OpenImagesAsync(cancellationToken);
        ScottModel model = await NamedModel.LoadAsync(options.Model, recipe.Seed, screen, cancellationToken);
        model = options.FromScratch ? ScottModel.Create(model.Architecture, recipe.Seed).WithPreprocessing(model.Preprocessing) : model;
        if (checksTest)
            await ImageInputs.CheckTestAsync(test, labeled, model.Preprocessing, options.Run, screen, cancellationToken);

        if (MultiLabelImages.HintFor(options.Labeled) is { } hint)
            screen.Warn(hint);

        string images = $"{Plural.Of(labeled.Count, "image")} of {Plural.Of(labeled.ClassNames.Count, "class", "classes")}";
        screen.Say($"{(options.FromScratch ? "Training from scratch, as" : "Fine-tuning")} {options.Model} on {images} "
            + $"of '{string.Join("', '", options.Labeled)}', into '{options.OutputPath}'.");
        FineTuningResult result = await RunView<FineTuningRecord>.ShowAsync(
            screen, EpochTables.FineTuning(), view => TrainAsync(model, recipe, labeled, validation, view, cancellationToken));
        ScottClassifier classifier = options.TakesLastEpoch ? result.LastClassifier : result.Classifier;
        string onnx = await ClassifierFiles.WriteAsync(classifier, options.OutputPath, screen, cancellationToken);
        TestResult? tested = test is null ? null : await ProgressBars.ShowAsync(
            screen, "Testing", report => ClassifierTest.RunAsync(classifier, onnx, test, options.OutputPath, report, cancellationToken));
        return new FineTuned(result, !_hasTrained, tested);
    }

    private async Task<FineTuningResult> TrainAsync(
        ScottModel model,
        FineTuningOptions recipe,
        IImageDataset labeled,
        IImageDataset? validation,
        RunView<FineTuningRecord> view,
        CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = Interruption.Announce(view.Note, cancellationToken);
        FineTuningBuilder builder = model.FineTune(labeled)
            .WithOptions(recipe)
            .WithAugmentation(options.ToAugmentation())
            .WithRunOptions(options.Run.ToRunOptions(options.OutputPath))
            .ShowIn(view, () => _hasTrained = true, ignoresShared: options.TakesLastEpoch);
        if (validation is not null)
            builder.WithValidation(validation);

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }
}
