using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Images and a teacher in, a trained student out; can be stopped at any time and resumed. Runs once.</summary>
internal sealed class DistillRun(DistillOptions options, Screen screen)
{
    private bool _hasTrained;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        try
        {
            ScottModel model = await NamedModel.LoadAsync(options.Model, options.ToTrainingOptions().Seed, screen, cancellationToken);
            DistillationTeacher teacher = await OpenTeacherAsync(cancellationToken);
            (IImageDataset Training, IImageDataset Validation)? labeled = await options.Labels.OpenAsync(cancellationToken);
            IImageDataset images = await ImageInputs.OpenAsync(options.Images, cancellationToken);
            screen.Say($"Teaching {options.Model} what {teacher.Name} sees in {Plural.Of(images.Count, "image")} of "
                + $"'{string.Join("', '", options.Images)}', into '{options.OutputPath}'.");
            DistillationResult result = await RunView<DistillationRecord>.ShowAsync(
                screen,
                EpochTables.Distillation(options.Labels.Any),
                view => TrainAsync(model, teacher, images, labeled, view, cancellationToken));
            ScottModel trained = options.HasHalfWeights ? result.LastModel.WithFloat16Weights() : result.LastModel;
            await trained.SaveAsync(Path.Combine(options.OutputPath, WrittenFiles.ModelFile), cancellationToken);
            DistillReport.Print(result, teacher, options, !_hasTrained, screen);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Command, screen);
        }
    }

    private async Task<DistillationTeacher> OpenTeacherAsync(CancellationToken cancellationToken)
    {
        if (!options.IsOnnx)
        {
            return DistillationTeacher.FromModel(
                await NamedModel.LoadAsync(options.Teacher[0], options.ToTrainingOptions().Seed, screen, cancellationToken));
        }

        string? json = options.TeacherInput is { } file ? await File.ReadAllTextAsync(file, cancellationToken) : null;
        return Check.Legal(() => DistillationTeacher.FromOnnx(
            options.Teacher, json is null ? new OnnxTeacherOptions() : OnnxTeacherOptions.FromJson(json)));
    }

    private async Task<DistillationResult> TrainAsync(
        ScottModel model,
        DistillationTeacher teacher,
        IImageDataset images,
        (IImageDataset Training, IImageDataset Validation)? labeled,
        RunView<DistillationRecord> view,
        CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration notice = Interruption.Announce(view.Note, cancellationToken);
        DistillationBuilder builder = model.Distill(teacher, images)
            .WithOptions(options.ToTrainingOptions())
            .WithAugmentation(options.ToAugmentation())
            .WithRunOptions(options.Run.ToRunOptions(options.OutputPath))
            .WithTeacherProgress(new TeacherNotes(view.Note))
            .ShowIn(view, () => _hasTrained = true);
        if (labeled is var (training, validation))
            builder.WithEvaluation(training, validation, options.Labels.EveryEpochs);

        return await builder.RunAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Says now and then how far the teacher is.</summary>
    private sealed class TeacherNotes(Action<string> note) : IProgress<TeacherProgress>
    {
        private static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(15);

        private readonly Lock _lock = new();
        private TimeSpan _next = BetweenNotes;

        public void Report(TeacherProgress value)
        {
            lock (_lock)
            {
                if (value.Elapsed < _next)
                    return;

                _next = value.Elapsed + BetweenNotes;
                note($"The teacher has seen {value.Completed} of {Plural.Of(value.Total, "image")}.");
            }
        }
    }
}
