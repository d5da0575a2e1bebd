using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Sets up a distillation run and runs it. Made by <c>ScottModel.Distill</c>. Not thread-safe.</summary>
public sealed class DistillationBuilder : TrainingBuilder<DistillationBuilder, DistillationOptions, DistillationRecord, DistillationResult>
{
    /// <summary>The default of <see cref="WithTeacherCache"/>: 4 GiB.</summary>
    public const long DefaultTeacherCacheBytes = 4L << 30;

    /// <summary>Crops of at least half the image, nearly undistorted, and flips. Colors stay, because the teacher sees them too.</summary>
    public static readonly AugmentationSpec DefaultAugmentation = new()
    {
        MinimumScale = 0.5,
        MinimumAspect = 0.9,
        MaximumAspect = 1 / 0.9,
        ColorMode = ViewColorMode.None,
    };

    private readonly DistillationTeacher _teacher;
    private LabeledProbe? _probe;
    private long _cacheBytes = DefaultTeacherCacheBytes;
    private IProgress<TeacherProgress>? _teacherProgress;

    internal DistillationBuilder(ScottModel model, DistillationTeacher teacher, IImageDataset dataset)
        : base(model, dataset, new DistillationOptions(), nameof(TrainingExtensions.Distill))
    {
        _teacher = teacher;
        Request = Request with { Augmentation = DefaultAugmentation };
    }

    /// <summary>Sets the random changes of what the student sees; with <see cref="TeacherView.SameCrop"/>, its crop, flips and turn are the
    /// teacher's too.</summary>
    /// <param name="augmentation">The new changes.</param>
    public DistillationBuilder WithAugmentation(AugmentationSpec augmentation) =>
        Set(augmentation, value => Request = Request with { Augmentation = value });

    /// <summary>Sets how large the file with the teacher's features may become. It lies beside the checkpoints, or is a temporary file without them.
    /// Features that do not fit are computed again in every epoch.</summary>
    /// <param name="bytes">At least 0.</param>
    public DistillationBuilder WithTeacherCache(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return Set(() => _cacheBytes = bytes);
    }

    /// <summary>Reports how many images the teacher has seen before the first step, which can take minutes.</summary>
    /// <param name="progress">Called after each image, from any thread.</param>
    public DistillationBuilder WithTeacherProgress(IProgress<TeacherProgress> progress) => Set(
        progress, value => _teacherProgress = TorchThread.ForApp(value));

    /// <summary>Measures the accuracy of the frozen features on labeled images during the run: nearest neighbors and a linear probe.</summary>
    /// <remarks>The run learns nothing from the labels; they only decide which epoch is the best.</remarks>
    /// <param name="training">The images that the probes learn from.</param>
    /// <param name="validation">The images that they are tested on, of the same classes.</param>
    /// <param name="everyEpochs">The epochs from one evaluation to the next, at least 1. The last planned epoch has one.</param>
    /// <exception cref="ArgumentException">The validation images have a class that the others do not have, or there are no classes.</exception>
    public DistillationBuilder WithEvaluation(IImageDataset training, IImageDataset validation, int everyEpochs = 1)
    {
        var probe = LabeledProbe.Create(training, validation, everyEpochs);
        return Set(() => _probe = probe);
    }

    private protected override async Task<ITrainingMethod<DistillationRecord, DistillationResult>> CreateMethodAsync(
        DistillationOptions options, CancellationToken cancellationToken) =>
        await DistillationMethod.CreateAsync(
            Request, options, _teacher, _probe, _cacheBytes, _teacherProgress, cancellationToken).ConfigureAwait(true);
}
