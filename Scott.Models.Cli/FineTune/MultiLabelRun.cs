using Scott.Models.Datasets;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What a run produced.</summary>
/// <param name="Result">The library's result.</param>
/// <param name="WasFinished">Whether the run was finished before.</param>
/// <param name="Test">How the classifier did on the test images, if there are any.</param>
internal sealed record MultiLabelTuned(MultiLabelResult Result, bool WasFinished, MultiLabelTestResult? Test);

/// <summary>Images with several labels in, a multi-label classifier out, as a file of its own and as ONNX; can be stopped at any time and resumed.
/// Runs once.</summary>
internal sealed class MultiLabelRun(FineTuneOptions options, Screen screen)
{
    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        try
        {
            MultiLabelTuned tuned = await CarryOutAsync(cancellationToken);
            MultiLabelReport.Print(tuned, options, screen);
            return tuned.Test?.Skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Command, screen);
        }
    }

    /// <summary>Trains, writes the classifier, and tests it.</summary>
    /// <exception cref="IOException">A test image cannot be read, and the options make that an error.</exception>
    private async Task<MultiLabelTuned> CarryOutAsync(CancellationToken cancellationToken)
    {
        FineTuningOptions recipe = options.ToTrainingOptions();
        IImageDataset labeled = await MultiLabelImages.OpenAsync(options.Labeled, options.LabelSeparator, cancellationToken);
        Task<IImageDataset?> OpenAsync(string? path) =>
            MultiLabelImages.OpenTestAsync(path, labeled, options.LabelSeparator, cancellationToken);
        (IImageDataset? validation, IImageDataset? test) = (await OpenAsync(options.Validation), await OpenAsync(options.Test));
        ScottModel model = await NamedModel.LoadAsync(options.Model, recipe.Seed, screen, cancellationToken);
        await ImageInputs.CheckTestAsync(test, labeled, model.Preprocessing, options.Run, screen, cancellationToken);
        screen.Say($"Fine-tuning {options.Model} on {MultiLabelImages.Describe(labeled)} "
            + $"of '{string.Join("', '", options.Labeled)}', into '{options.OutputPath}'.");
        MultiLabelResult result = await RunView<MultiLabelRecord>.ShowAsync(
            screen, EpochTables.MultiLabel(), view => TrainAsync(model, recipe, labeled, validation, view, cancellationToken));
        string onnx = await ClassifierFiles.WriteAsync(result.Classifier, options.OutputPath, screen, cancellationToken);
        MultiLabelTestResult? tested = test is null ? null : await ProgressBars.ShowAsync(
            screen, "Testing", report => MultiLabelTest.RunAsync(result.Classifier, onnx, test, options.OutputPath, report, cancellationToken));
        return new MultiLabelTuned(result, !_hasTrained, tested);
    }

    private async Task<MultiLabelResult> TrainAsync(
        ScottModel model,
        FineTuningOptions recipe,
        IImageDataset labeled,
        IImageDataset? validation,
        RunView<MultiLabelRecord> view,
        CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = Interruption.Announce(view.Note, cancellationToken);
        MultiLabelBuilder builder = model.FineTuneMultiLabel(labeled)
            .WithOptions(recipe)
            .WithAugmentation(options.ToAugmentation())
            .WithRunOptions(options.Run.ToRunOptions(options.OutputPath))
            .ShowIn(view, () => _hasTrained = true);
        if (validation is not null)
            builder.WithValidation(validation);

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }
}
