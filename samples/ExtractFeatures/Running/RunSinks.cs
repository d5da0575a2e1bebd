using ExtractFeatures.Images;
using ExtractFeatures.Options;
using ExtractFeatures.Output;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Inference;

namespace ExtractFeatures.Running;

/// <summary>Everything that takes a run's results: what the options ask for, and what the caller adds.</summary>
internal sealed class RunSinks : IAsyncDisposable
{
    private readonly List<IEmbeddingSink> _sinks = [];
    private readonly IEmbeddingSink _writer;

    private RunSinks(ExtractOptions options, ScottModel model, FeatureExtractor extractor, SimilarImages? similar, IEnumerable<IEmbeddingSink> others)
    {
        int side = model.Architecture.GridSide;
        var shape = new EmbeddingShape(extractor.EmbeddingWidth, options.HasTokens ? side * side : 0);
        _writer = EmbeddingWriters.Create(options.OutputFormat, options.OutputPath, shape);
        _sinks.Add(_writer);
        if (options.PcaPath is { } pca)
        {
            _sinks.Add(Sheets.Pca(pca, extractor.Preprocessor));
        }

        if (options.AttentionPath is { } attention)
        {
            _sinks.Add(Sheets.Attention(attention, extractor.Preprocessor));
        }

        if (similar is not null)
        {
            _sinks.Add(similar);
        }

        Similar = similar;
        _sinks.AddRange(others);
    }

    public SimilarImages? Similar { get; }

    /// <summary>Whether the output has its name.</summary>
    public bool IsWritten { get; private set; }

    public static async Task<RunSinks> CreateAsync(
        ExtractOptions options, ScottModel model, FeatureExtractor extractor, IEnumerable<IEmbeddingSink> others, CancellationToken cancellationToken)
    {
        // The query first: if it cannot be read, no file is begun.
        SimilarImages? similar = options.SimilarTo is { } query
            ? new SimilarImages(query, await extractor.EmbedAsync(query, cancellationToken), options.Top)
            : null;
        return new RunSinks(options, model, extractor, similar, others);
    }

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        foreach (IEmbeddingSink sink in _sinks)
        {
            await sink.AddAsync(embedding);
        }
    }

    /// <summary>Closes every sink, also after one that fails.</summary>
    /// <returns>The first failure, if any.</returns>
    public async Task<Exception?> CompleteAsync()
    {
        Exception? failure = null;
        foreach (IEmbeddingSink sink in _sinks)
        {
            try
            {
                await sink.CompleteAsync();
                IsWritten |= sink == _writer;
            }
            catch (Exception exception) when (Faults.AreExpected(exception))
            {
                failure ??= exception;
            }
        }

        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IEmbeddingSink sink in _sinks)
        {
            await sink.DisposeAsync();
        }
    }
}
