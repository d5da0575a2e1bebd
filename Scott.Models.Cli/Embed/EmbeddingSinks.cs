using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Everything that takes a run's results, as the options ask for it.</summary>
internal sealed class EmbeddingSinks : IAsyncDisposable
{
    private readonly List<IEmbeddingSink> _sinks = [];
    private readonly IEmbeddingSink _writer;

    public EmbeddingSinks(EmbedOptions options, ScottModel model, FeatureExtractor extractor)
    {
        int tokens = options.HasTokens ? model.Architecture.Patches : 0;
        VectorFingerprint fingerprint = extractor.Fingerprint;
        _writer = options.OutputFormat switch
        {
            OutputFormat.Npy => new NpyWriter(options.OutputPath, fingerprint, tokens),
            OutputFormat.Csv => new CsvWriter(options.OutputPath, fingerprint),
            OutputFormat.Index => new IndexWriter(options.OutputPath, fingerprint),
            _ => new ParquetEmbeddingWriter(options.OutputPath, fingerprint, tokens),
        };
        _sinks.Add(_writer);
        if (options.PcaPath is { } pca)
            _sinks.Add(PcaSheet(pca, extractor.Preprocessor));

        if (options.AttentionPath is { } attention)
            _sinks.Add(AttentionSheet(attention, extractor.Preprocessor));
    }

    /// <summary>Whether the output file is finished and has its name.</summary>
    public bool IsWritten { get; private set; }

    /// <inheritdoc cref="IEmbeddingSink.KeptImages"/>
    public long? KeptImages => _writer.KeptImages;

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        foreach (IEmbeddingSink sink in _sinks)
            await sink.AddAsync(embedding);
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

        IsWritten = KeptImages is { } kept ? kept > 0 : IsWritten;
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IEmbeddingSink sink in _sinks)
            await sink.DisposeAsync();
    }

    /// <summary>Draws what the patch tokens tell apart.</summary>
    private static SheetSink<PatchTokens> PcaSheet(string path, ImagePreprocessor preprocessor) =>
        new(path, preprocessor, embedding => embedding.Tokens!, entries =>
        {
            // One fit over all of them, so that a color means the same in each.
            var pca = PatchPca.Fit([.. entries.Select(entry => entry.Kept)]);
            return entries.Select(entry => pca.ToImage(entry.Kept, ImageSheet.CellPixels));
        });

    /// <summary>Draws where the attention goes.</summary>
    private static SheetSink<float[]> AttentionSheet(string path, ImagePreprocessor preprocessor) =>
        new(path, preprocessor, embedding => embedding.Attention!.ReceivedByPatch(), entries =>
            entries.Select(entry => AttentionOverlay.Draw(entry.Image, entry.Kept)));
}
