using Scott.Models.Datasets;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>Trains and evaluates models: <c>model.Pretrain(images)</c>, <c>Distill(teacher, images)</c>, <c>FineTune(labeled)</c>,
/// <c>FineTuneMultiLabel(labeled)</c>, <c>Evaluate(training, test)</c>.</summary>
public static class TrainingExtensions
{
    /// <summary>Sets up MIM-JEPA pre-training on images without labels. Needs libtorch.</summary>
    /// <param name="model">The model whose weights the run starts from. It does not change.</param>
    /// <param name="dataset">The images, for example <see cref="ImageFolder.Open"/>.</param>
    public static PretrainingBuilder Pretrain(this ScottModel model, IImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        return new PretrainingBuilder(model, dataset);
    }

    /// <summary>Sets up distillation: the model learns the features of a teacher on images without labels. Needs libtorch.</summary>
    /// <param name="model">The student, whose weights the run starts from. It does not change.</param>
    /// <param name="teacher">The teacher, for example <see cref="DistillationTeacher.FromOnnx(string, OnnxTeacherOptions)"/>.</param>
    /// <param name="dataset">The images, for example <see cref="ImageFolder.Open"/>.</param>
    public static DistillationBuilder Distill(this ScottModel model, DistillationTeacher teacher, IImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(dataset);
        return new DistillationBuilder(model, teacher, dataset);
    }

    /// <summary>Sets up distillation from another model. Needs libtorch.</summary>
    /// <param name="model">The student, whose weights the run starts from. It does not change.</param>
    /// <param name="teacher">The teacher, of any family and size.</param>
    /// <param name="dataset">The images, for example <see cref="ImageFolder.Open"/>.</param>
    public static DistillationBuilder Distill(this ScottModel model, ScottModel teacher, IImageDataset dataset) =>
        Distill(model, DistillationTeacher.FromModel(teacher), dataset);

    /// <summary>Sets up fine-tuning to a classifier on labeled images; a fresh model is trained from scratch. Needs libtorch.</summary>
    /// <param name="model">The model whose weights the run starts from. It does not change.</param>
    /// <param name="labeled">The images, for example <see cref="ImageFolder.OpenLabeled"/>. Images without a label are skipped.</param>
    public static FineTuningBuilder FineTune(this ScottModel model, IImageDataset labeled)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labeled);
        return new FineTuningBuilder(model, labeled);
    }

    /// <summary>Sets up fine-tuning to a classifier whose labels do not exclude each other: an image can have several, or none. Needs
    /// libtorch.</summary>
    /// <param name="model">The model whose weights the run starts from. It does not change.</param>
    /// <param name="labeled">The images, for example <see cref="ImageList.FromMultiLabelCsvAsync"/> or <see cref="ImageFolder.OpenMultiLabel"/>.
    /// Images with one label each are allowed. Images whose labels are not known are skipped.</param>
    public static MultiLabelBuilder FineTuneMultiLabel(this ScottModel model, IImageDataset labeled)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labeled);
        return new MultiLabelBuilder(model, labeled);
    }

    /// <summary>Sets up an evaluation of the frozen features on labeled images. Needs libtorch.</summary>
    /// <param name="model">The model whose features are measured.</param>
    /// <param name="training">Images to learn from, for example <see cref="ImageFolder.OpenLabeled"/>. Some are set aside for validation.</param>
    /// <param name="test">The images that the probes are tested on, of the same classes in any order.</param>
    /// <exception cref="ArgumentException">The test images have a class that the training images do not have, or there are no classes.</exception>
    public static EvaluationBuilder Evaluate(this ScottModel model, IImageDataset training, IImageDataset test)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        return new EvaluationBuilder(model, training, LabeledClasses.Align(training.ClassNames, test, nameof(test)));
    }
}
