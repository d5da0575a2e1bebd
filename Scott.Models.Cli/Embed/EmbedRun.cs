using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Scott.Models.Imaging;
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
        model = options.Tiles is null || model.Preprocessing.Resize == ResizeMode.Letterbox ? model : model.WithResize(ResizeMode.Stretch);
        using FeatureExtractor extractor = options.CreateExtractor(model);
        options.Inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        await using var sinks = new EmbeddingSinks(options, model, extractor);
        (int total, string noun) = options.Tiles is null ? (images.Count, "image") : (0, "tile");
        await ImageProgress.RunAsync(screen, total, progress => EmbedAsync(extractor, images, sinks, progress, cancellationToken), noun);
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
            IAsyncEnumerable<ImageEmbedding> embeddings = options.Tiles is { } tiles
                ? EmbedTilesAsync(extractor, images, tiles, progress, cancellationToken)
                : extractor.EmbedFilesAsync(images, progress, cancellationToken);
            await foreach (ImageEmbedding embedding in embeddings)
            {
                await TakeAsync(embedding, sinks);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _isInterrupted = true;
        }
        catch (Exception exception)
        {
            // Whatever it is, what is finished is kept.
            _failure = exception;
        }

        _elapsed = Stopwatch.GetElapsedTime(started);
        if (_embedded > 0)
        {
            Exception? unclosed = await sinks.CompleteAsync();
            _failure ??= unclosed;
            _embedded = sinks.KeptImages ?? _embedded;
        }

        if (_failure is not null && !Faults.AreExpected(_failure))
            ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>The tiles of all images. An image that cannot be read is skipped, its tiles before the damage are not.</summary>
    private async IAsyncEnumerable<ImageEmbedding> EmbedTilesAsync(
        FeatureExtractor extractor, IReadOnlyList<string> images, TileOptions tiles, IProgress<InferenceProgress> progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The number of tiles is known for one image only.
        bool isOne = images.Count == 1;
        long started = Stopwatch.GetTimestamp();
        long completed = 0;
        foreach (string image in images)
        {
            await using IAsyncEnumerator<TileEmbedding> results =
                extractor.EmbedTilesAsync(image, tiles, isOne ? progress : null, cancellationToken).GetAsyncEnumerator(default);
            while (await MoveNextAsync(results, image))
            {
                completed++;
                if (!isOne)
                    progress.Report(new InferenceProgress(completed, _skipped.Count, Total: null, Stopwatch.GetElapsedTime(started)));

                yield return results.Current.Embedding;
            }
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<TileEmbedding> results, string image)
    {
        try
        {
            return await results.MoveNextAsync();
        }
        catch (Exception exception) when (exception is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            _skipped.Add(image, exception);
            return false;
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
