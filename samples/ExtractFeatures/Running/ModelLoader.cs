using ExtractFeatures.Options;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace ExtractFeatures.Running;

/// <summary>From what the command line says to a model and its feature extractor.</summary>
internal static class ModelLoader
{
    private const string UntrainedNotice =
        "These weights are untrained: the vectors show what the architecture makes of images with random weights, not learned features.";

    /// <summary>Any fixed number does: the vectors are to be the same in every run.</summary>
    private const long Seed = 47;

    /// <exception cref="UsageException">There is no such model.</exception>
    public static Task<ScottModel> LoadAsync(ExtractOptions options, CancellationToken cancellationToken) =>
        NamedModel.LoadAsync(options.Model, Seed, cancellationToken);

    /// <exception cref="UsageException">An option is out of its range.</exception>
    public static FeatureExtractor CreateExtractor(ScottModel model, ExtractOptions options)
    {
        FeatureExtractorBuilder builder = model.ExtractFeatures().WithPrecision(options.Precision);
        _ = options.Engine == FeatureEngine.Torch ? builder.UseTorch() : builder.UseOnnxRuntime(Providers(options));
        _ = options.BatchSize is { } batchSize ? builder.WithBatchSize(batchSize) : builder;
        _ = options.Threads is { } threads ? builder.WithThreads(threads) : builder;
        _ = options.HasFastDecode ? builder.WithFastDecode() : builder;
        _ = options.HasUnitLength ? builder.WithUnitLength() : builder;
        _ = options.HasTokens || options.PcaPath is not null ? builder.WithTokens() : builder;
        _ = options.AttentionPath is not null ? builder.WithAttention() : builder;
        try
        {
            return builder.Build();
        }
        catch (ScottConfigurationException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    /// <summary>What the user should know before the vectors come.</summary>
    public static IEnumerable<string> Notices(ExtractOptions options, FeatureExtractor extractor)
    {
        if (NamedModel.IsUntrained(options.Model))
        {
            yield return UntrainedNotice;
        }

        if (options.Provider is { } wanted && extractor.ExecutionProvider is { } running && running != wanted)
        {
            yield return $"{wanted} does not run here; computing by {extractor.EngineDescription} in its place.";
        }
    }

    private static ExecutionProvider[] Providers(ExtractOptions options) =>
        options.Provider is { } provider and not ExecutionProvider.Cpu ? [provider, ExecutionProvider.Cpu] : [ExecutionProvider.Cpu];
}
