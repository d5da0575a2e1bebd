using System.Diagnostics;
using ExtractFeatures.Options;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Inference;

namespace ExtractFeatures.Running;

/// <summary>The main job: a model over many images, each result to every sink. Runs once.</summary>
internal sealed class ExtractionRun(ExtractOptions options, Screen screen)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly SkippedImages _skipped = new();
    private long _embedded;
    private TimeSpan _firstVector;
    private TimeSpan _elapsed;
    private bool _isInterrupted;
    private Exception? _failure;

    /// <param name="images">The files.</param>
    /// <param name="others">What takes the results beside what the options ask for.</param>
    /// <param name="cancellationToken">Ends the run early; what is finished is kept.</param>
    public async Task<RunSummary> RunAsync(IReadOnlyList<string> images, IEnumerable<IEmbeddingSink> others, CancellationToken cancellationToken)
    {
        ScottModel model = await ModelLoader.LoadAsync(options, cancellationToken);
        using FeatureExtractor extractor = ModelLoader.CreateExtractor(model, options);
        foreach (string notice in ModelLoader.Notices(options, extractor))
        {
            screen.Note(notice);
        }

        await using RunSinks sinks = await RunSinks.CreateAsync(options, model, extractor, others, cancellationToken);
        await ProgressDisplay.RunAsync(screen, images.Count, progress => EmbedAsync(extractor, images, sinks, progress, cancellationToken));
        return new RunSummary
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
            Similar = sinks.Similar,
        };
    }

    private async Task EmbedAsync(
        FeatureExtractor extractor, IReadOnlyList<string> images, RunSinks sinks, IProgress<InferenceProgress> progress, CancellationToken cancellationToken)
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

    private async ValueTask TakeAsync(ImageEmbedding embedding, RunSinks sinks)
    {
        if (!embedding.IsSuccess)
        {
            _skipped.Add(embedding);
            return;
        }

        await sinks.AddAsync(embedding);
        if (_embedded++ == 0)
        {
            _firstVector = Stopwatch.GetElapsedTime(_started);
        }
    }
}
