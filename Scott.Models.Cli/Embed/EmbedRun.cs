using System.Diagnostics;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Runs a model on many images, and gives each result to every sink. Runs once.</summary>
internal sealed class EmbedRun(EmbedOptions options, Screen screen)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly SkippedImages _skipped = new();
    private long _embedded;
    private TimeSpan _firstVector;
    private TimeSpan _elapsed;
    private bool _isInterrupted;
    private Exception? _failure;

    /// <param name="cancellationToken">Ends the run early; what is finished is kept.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        IReadOnlyList<string> images = InputFiles.Expand(options.Inputs);
        ScottModel model = await NamedModel.LoadAsync(options.Inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        using FeatureExtractor extractor = CreateExtractor(model);
        options.Inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        await using var sinks = new EmbeddingSinks(options, model, extractor);
        await ImageProgress.RunAsync(screen, images.Count, progress => EmbedAsync(extractor, images, sinks, progress, cancellationToken));
        var summary = new EmbedSummary
        {
            Options = options,
            Engine = extractor.EngineDescription,
            Width = extractor.EmbeddingWidth,
            Total = images.Count,
            Embedded = _embedded,
            IsWritten = sinks.IsWritten,
            Skipped = _skipped,
            FirstVector = _firstVector,
            Elapsed = _elapsed,
            IsInterrupted = _isInterrupted,
            Failure = _failure,
        };
        summary.Print(screen);
        return summary.ExitCode;
    }

    private FeatureExtractor CreateExtractor(ScottModel model)
    {
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        options.Inference.Apply(builder);
        _ = options.Pooling is { } pooling ? builder.WithPooling(pooling) : null;
        _ = options.HasUnitLength ? builder.WithUnitLength() : null;
        _ = options.HasTokens || options.PcaPath is not null ? builder.WithTokens() : null;
        _ = options.AttentionPath is not null ? builder.WithAttention() : null;
        return Check.Legal(builder.Build);
    }

    private async Task EmbedAsync(
        FeatureExtractor extractor,
        IReadOnlyList<string> images,
        EmbeddingSinks sinks,
        IProgress<InferenceProgress> progress,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(images, progress, cancellationToken))
            {
                await TakeAsync(embedding, sinks);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _isInterrupted = true;
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            _failure = exception;
        }

        _elapsed = Stopwatch.GetElapsedTime(started);
        if (_embedded > 0)
        {
            Exception? unclosed = await sinks.CompleteAsync();
            _failure ??= unclosed;
        }
    }

    private async ValueTask TakeAsync(ImageEmbedding embedding, EmbeddingSinks sinks)
    {
        if (!embedding.IsSuccess)
        {
            _skipped.Add(embedding.Name, embedding.Error!);
            return;
        }

        await sinks.AddAsync(embedding);
        if (_embedded++ == 0)
            _firstVector = Stopwatch.GetElapsedTime(_started);
    }
}
