using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models;

/// <summary>Starts using or exporting a model: <c>model.ExtractFeatures()</c>, <c>classifier.Classify()</c>, <c>ExportOnnx(path)</c>.</summary>
public static class InferenceExtensions
{
    /// <summary>Sets up a feature extractor: images in, vectors out. ONNX Runtime computes unless you choose another engine.</summary>
    /// <param name="model">The model.</param>
    public static FeatureExtractorBuilder ExtractFeatures(this ScottModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new FeatureExtractorBuilder(model);
    }

    /// <summary>Sets up classification: images in, classes with probabilities out. ONNX Runtime computes unless you choose another engine.</summary>
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

    /// <summary>Computes linear layers and the tokenizer's second convolution in 8-bit integers, for CPUs, with scales that are measured on images
    /// and written into the file: an image's numbers then do not depend on other images of its batch.</summary>
    /// <remarks>The images are prepared as the model prepares all images, and run in single precision, in a graph that may have up to 2 GB. Numbers
    /// outside the ranges that they span are clipped, so take images like those that the file is for; 32 are enough for the published models. Unless
    /// there are golden outputs, the file is also compared with the model on the first two images. A later call that sets the precision, or all
    /// options, leaves the images out.</remarks>
    /// <param name="export">The export.</param>
    /// <param name="calibrationImages">At least one. They are read when the file is saved, which fails if one cannot be read.</param>
    /// <param name="decoding">How the images are decoded, and how large they may be; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">There is no image, or one is <see langword="null"/>.</exception>
    public static OnnxExportBuilder WithInt8(
        this OnnxExportBuilder export, IEnumerable<ImageSource> calibrationImages, ImageDecodingOptions? decoding = null)
    {
        ArgumentNullException.ThrowIfNull(export);
        ImageSource[] images = [.. Items.NotNull(calibrationImages, "an image")];
        return images.Length > 0
            ? export.WithInt8((spec, cancellationToken) => ReadAsync(images, new ImagePreprocessor(spec, decoding), cancellationToken))
            : throw new ArgumentException("There is no calibration image; expected at least one.", nameof(calibrationImages));
    }

    private static async IAsyncEnumerable<CalibrationImage> ReadAsync(
        ImageSource[] images, ImagePreprocessor preprocessor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ImageSource image in images)
        {
            (float[] values, byte[] pixels) = (new float[preprocessor.TensorLength], new byte[preprocessor.TensorLength]);
            await preprocessor.PreprocessAsync(image, values, pixels, cancellationToken).ConfigureAwait(false);
            yield return new CalibrationImage(image.Name, values, pixels);
        }
    }
}
