using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models;

/// <summary>Starts using or exporting a model: <c>model.ExtractFeatures()</c>, <c>classifier.Classify()</c>, <c>ExportOnnx(path)</c>.</summary>
public static class InferenceExtensions
{
    /// <summary>Sets up a feature extractor: images in, vectors out. ONNX Runtime computes unless you choose TorchSharp.</summary>
    /// <param name="model">The model.</param>
    public static FeatureExtractorBuilder ExtractFeatures(this ScottModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new FeatureExtractorBuilder(model);
    }

    /// <summary>Sets up classification: images in, classes with probabilities out. ONNX Runtime computes unless you choose TorchSharp.</summary>
    /// <param name="classifier">The classifier.</param>
    public static ImageClassifierBuilder Classify(this ScottClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return new ImageClassifierBuilder(classifier);
    }

    /// <summary>Sets up the export of the backbone to an ONNX file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file. Replaced if it exists.</param>
    public static OnnxExportBuilder ExportOnnx(this ScottModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new OnnxExportBuilder(path, model, null, TorchFeatureEngine.ComputeReference);
    }

    /// <summary>Sets up the export of the classifier to an ONNX file whose outputs are logits and probabilities.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="path">The file. Replaced if it exists.</param>
    public static OnnxExportBuilder ExportOnnx(this ScottClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new OnnxExportBuilder(path, classifier.Model, classifier, TorchFeatureEngine.ComputeReference);
    }
}
