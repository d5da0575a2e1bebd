using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Examines a classifier on the validation images after each epoch.</summary>
/// <param name="validation">Labeled images.</param>
/// <param name="preprocessor">Of the model.</param>
/// <param name="unreadable">Told of images that are left out.</param>
internal sealed class ClassifierProbe(IImageDataset validation, ImagePreprocessor preprocessor, UnreadableOnce unreadable)
{
    public async Task<(ClassificationMetrics Metrics, double Loss, FeatureHealth Health)> MeasureAsync(ClassifierStep step, CancellationToken cancellationToken)
    {
        LabeledFeatures rows = await LabeledFeatureReader.ReadAsync(validation, preprocessor, step.Classify, null, unreadable.Tell, cancellationToken).ConfigureAwait(true);
        int classes = validation.ClassNames.Count;
        using DisposeScope scope = NewDisposeScope();
        Tensor all = tensor(rows.Vectors, rows.Labels.Count, rows.Width);
        Tensor logits = all.narrow(1, 0, classes).contiguous();
        Tensor labels = tensor(rows.Labels.Select(label => (long)label).ToArray());
        double loss = nn.functional.cross_entropy(logits, labels).item<float>();
        var metrics = ClassificationMetrics.FromLogits(logits.data<float>().ToArray(), rows.Labels, validation.ClassNames);
        int width = rows.Width - classes;
        return (metrics, loss, FeatureHealth.Measure(all.narrow(1, classes, width).contiguous().data<float>().ToArray(), width));
    }
}
