using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models.Training;

/// <summary>Computes a teacher's features of one preprocessed image at a time. Thread-safe: each run uses the calling thread.</summary>
internal interface ITeacherEngine : IDisposable
{
    /// <summary>The length of the vector.</summary>
    int VectorLength { get; }

    /// <summary>The grid of the patch tokens; no patches if the teacher gives none.</summary>
    PatchGrid Grid { get; }

    /// <summary>The length of one token.</summary>
    int TokenWidth { get; }

    /// <summary>The features of an image [C, H, W], for three channels red, green, blue, normalized as the teacher asks.</summary>
    /// <returns>The vector, and the patch tokens, row-major.</returns>
    (float[] Vector, float[] Tokens) Run(float[] image);
}

/// <summary>Another model as the teacher, by ONNX Runtime.</summary>
internal sealed class ModelTeacherEngine : ITeacherEngine
{
    private readonly FeatureLayout _layout;
    private readonly OnnxFeatureEngine _engine;
    private readonly ConcurrentBag<FeatureBatch> _spare = [];

    public ModelTeacherEngine(ScottModel model, EmbeddingPooling pooling)
    {
        var options = new FeatureExtractionOptions { IncludeTokens = true, Pooling = pooling };
        _layout = FeatureLayout.ForFeatures(model.Architecture, options);
        _engine = new OnnxFeatureEngine(model, null, _layout, options, NullLogger.Instance);
    }

    public int VectorLength => _layout.VectorWidth;
    public PatchGrid Grid => _layout.Architecture.Grid;
    public int TokenWidth => _layout.TokenWidth;

    public (float[] Vector, float[] Tokens) Run(float[] image)
    {
        FeatureBatch batch = _spare.TryTake(out FeatureBatch? spare) ? spare : new FeatureBatch(_layout, 1);
        image.CopyTo(batch.Images, 0);
        _engine.Run(batch, 1, isBulk: true);
        (float[] vector, float[] tokens) = ([.. batch.Vectors], [.. batch.Tokens]);
        _spare.Add(batch);
        return (vector, tokens);
    }

    public void Dispose() => _engine.Dispose();
}

/// <summary>Networks in ONNX files as the teacher.</summary>
internal sealed class OnnxTeacherEngine : ITeacherEngine
{
    private readonly OnnxTeacherOptions _options;
    private readonly int _channels;
    private readonly OnnxChain _chain;
    private readonly string[] _outputs;

    /// <exception cref="ModelFormatException">The files are not what the options say.</exception>
    public OnnxTeacherEngine(IReadOnlyList<string> paths, OnnxTeacherOptions options)
    {
        _options = options;
        PreprocessingSpec input = options.Preprocessing;
        (_channels, int height, int width) = (input.ChannelCount, input.ImageHeight, input.ImageWidth);
        _chain = OnnxChain.Open(paths, options.IsChannelsLast ? [1, height, width, _channels] : [1, _channels, height, width]);
        try
        {
            string vector = options.OutputName ?? _chain.Outputs[0];
            _outputs = options.TokensOutputName is { } tokens ? [vector, tokens] : [vector];
            foreach (string output in _outputs)
            {
                if (!_chain.Outputs.Contains(output))
                {
                    throw new ModelFormatException(
                        paths[^1], $"'{paths[^1]}' has no output '{output}'; expected one of {string.Join(", ", _chain.Outputs)}.");
                }
            }

            (float[] found, float[] patches) = Run(new float[input.TensorLength]);
            (VectorLength, TokenWidth) = (found.Length, Grid.Patches == 0 ? 0 : patches.Length / Grid.Patches);
        }
        catch
        {
            _chain.Dispose();
            throw;
        }
    }

    public int VectorLength { get; }
    public PatchGrid Grid => new(_options.TokenRows, _options.TokenColumns);
    public int TokenWidth { get; }

    public (float[] Vector, float[] Tokens) Run(float[] image)
    {
        (float[] Values, long[] Shape)[] results = _chain.Run(Arrange(image), _outputs);
        return (results[0].Values, results.Length == 1 ? [] : Patches(results[1]));
    }

    public void Dispose() => _chain.Dispose();

    /// <summary>The last tokens, which belong to the patches.</summary>
    private float[] Patches((float[] Values, long[] Shape) tokens)
    {
        if (tokens.Shape is not [1, long count, long width] || count < Grid.Patches)
        {
            throw new ModelFormatException(
                _outputs[1],
                $"The output '{_outputs[1]}' has the shape {string.Join("×", tokens.Shape)}; "
                    + $"expected 1×T×D with at least {Grid.Patches} tokens.");
        }

        return tokens.Values[(int)((count - Grid.Patches) * width)..];
    }

    /// <summary>[C, H, W] in the order and layout of the network. Only three channels have another order.</summary>
    private float[] Arrange(float[] image)
    {
        if (!_options.IsBgr && !_options.IsChannelsLast)
            return image;

        int plane = image.Length / _channels;
        float[] arranged = new float[image.Length];
        for (int channel = 0; channel < _channels; channel++)
        {
            ReadOnlySpan<float> source = image.AsSpan((_options.IsBgr ? _channels - 1 - channel : channel) * plane, plane);
            if (!_options.IsChannelsLast)
            {
                source.CopyTo(arranged.AsSpan(channel * plane));
                continue;
            }

            for (int i = 0; i < plane; i++)
                arranged[(i * _channels) + channel] = source[i];
        }

        return arranged;
    }
}
