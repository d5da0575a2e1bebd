using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>Gives the images that ranges are measured on.</summary>
internal delegate IAsyncEnumerable<CalibrationImage> CalibrationImages(PreprocessingSpec preprocessing, CancellationToken cancellationToken);

/// <summary>An image to measure ranges on: its name; its numbers as the model takes them, [C, H, W]; and its bytes, not normalized,
/// [H, W, C].</summary>
internal sealed record CalibrationImage(string Name, float[] Values, byte[] Pixels);

/// <summary>Measured ranges, and the images to compare a graph with them on, [B, H, W, C].</summary>
internal sealed record Calibration(ActivationRanges Ranges, byte[] Images);

/// <summary>Measures the ranges of a model's activations on images, in single precision.</summary>
internal sealed class RangeCalibration : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly long[] _shape;
    private readonly Dictionary<string, ActivationHistogram> _histograms;

    public RangeCalibration(ScottModel model)
    {
        OnnxRuntimeLibrary.Load();
        _shape = [1, model.Architecture.Channels, model.Architecture.ImageHeight, model.Architecture.ImageWidth];
        byte[] graph = ModelGraph.Serialize(model, null, new GraphOptions { MeasuresRanges = true, Outputs = GraphOutputs.None });
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(graph, options);
        int prefix = GraphNames.Activation(string.Empty).Length;
        _histograms = _session.OutputNames.ToDictionary(name => name[prefix..], _ => new ActivationHistogram());
    }

    /// <summary>The numbers of each activation over all images so far.</summary>
    public IReadOnlyDictionary<string, ActivationHistogram> Histograms => _histograms;

    /// <summary>Measures the ranges, and keeps the first images, to compare the quantized graph on.</summary>
    /// <exception cref="OnnxExportException">An activation is not finite.</exception>
    public static async Task<Calibration> MeasureAsync(
        string path, ScottModel model, CalibrationImages images, CancellationToken cancellationToken)
    {
        using var calibration = new RangeCalibration(model);
        List<byte[]> compared = [];
        await foreach ((string name, float[] values, byte[] pixels) in images(model.Preprocessing, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (calibration.Add(values) is { } activation)
            {
                throw new OnnxExportException(path, $"'{path}' was not written: on the image '{name}' {TokenizerEmitter.Explain(activation)} holds "
                    + "numbers that are not finite. Check the weights for NaN.");
            }

            if (compared.Count < ParityCheck.ImageCount)
                compared.Add(pixels);
        }

        // The first convolution has as few channels as an image: with integers it takes longer, and loses more than all other layers.
        Dictionary<string, ActivationRange> ranges = calibration.Histograms
            .Where(pair => !pair.Key.StartsWith(BackboneLayout.FirstConvolutionName, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => pair.Value.LeastSquares());
        return new Calibration(new ActivationRanges(ranges), [.. compared.SelectMany(pixels => pixels)]);
    }

    /// <summary>Runs a normalized image and counts its activations. Returns the name of one that is not finite, if there is one.</summary>
    public string? Add(float[] image)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, _shape);
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_runOptions, [GraphNames.Images], [input], _session.OutputNames);
        return _histograms.Zip(results)
            .Where(pair => !pair.First.Value.TryAdd(pair.Second.GetTensorDataAsSpan<float>()))
            .Select(pair => pair.First.Key)
            .FirstOrDefault();
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }
}
