using Scott.Models.Datasets;

namespace Scott.Models;

/// <summary>How models learn, and how what they learned is measured: <c>model.Pretrain(images)</c>, <c>FineTune(labeled)</c>, <c>Evaluate(training, test)</c>.</summary>
public static class TrainingExtensions
{
    /// <summary>Sets up MIM-JEPA pre-training on images without labels. Needs libtorch. The model itself does not change.</summary>
    /// <param name="model">Whose weights the run starts from.</param>
    /// <param name="dataset">The images, for example <see cref="ImageFolder.Open"/>.</param>
    public static PretrainingBuilder Pretrain(this ScottModel model, IImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        return new PretrainingBuilder(model, dataset);
    }

    /// <summary>Sets up fine-tuning to a classifier on labeled images; of a fresh model, supervised training from scratch. Needs libtorch.</summary>
    /// <param name="model">Whose weights the run starts from. It does not change.</param>
    /// <param name="labeled">The images, for example <see cref="ImageFolder.OpenLabeled"/>. Those without a label are left out.</param>
    public static FineTuningBuilder FineTune(this ScottModel model, IImageDataset labeled)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labeled);
        return new FineTuningBuilder(model, labeled);
    }

    /// <summary>Sets up a measurement of what the frozen features are worth on labeled images. Needs libtorch.</summary>
    /// <param name="model">Whose features are measured.</param>
    /// <param name="training">What the probes learn from, for example <see cref="ImageFolder.OpenLabeled"/>. A share of it is kept for validation.</param>
    /// <param name="test">What the probes are tested on; of the same classes, in any order.</param>
    /// <exception cref="ArgumentException">The classes differ, or there are none.</exception>
    public static EvaluationBuilder Evaluate(this ScottModel model, IImageDataset training, IImageDataset test)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        return new EvaluationBuilder(model, training, LabeledClasses.Align(training.ClassNames, test, nameof(test)));
    }
}
