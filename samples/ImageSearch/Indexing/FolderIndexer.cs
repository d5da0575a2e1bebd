using System.Diagnostics;
using ImageSearch.Images;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace ImageSearch.Indexing;

/// <summary>Fills the vector collection while the page is already served.</summary>
internal sealed partial class FolderIndexer(
    IndexedFolder folder,
    IEmbeddingGenerator<DataContent, Embedding<float>> generator,
    VectorStoreCollection<string, IndexedImage> collection,
    DecodingBudget budget,
    IndexProgress progress,
    ILogger<FolderIndexer> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long start = Stopwatch.GetTimestamp();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task lines = LogProgressAsync(ended.Token);
        try
        {
            await IndexAsync(stoppingToken);
            progress.Complete();
            (IndexStatus status, double seconds) = (progress.Status, Stopwatch.GetElapsedTime(start).TotalSeconds);
            LogComplete(status.Indexed, status.SkippedCount, seconds);
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            string reason = Faults.Describe(exception);
            progress.Complete(reason);
            LogFault(reason);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app ends, and the index with it.
        }
        finally
        {
            await ended.CancelAsync();
            await lines;
        }
    }

    private async Task IndexAsync(CancellationToken cancellationToken)
    {
        await collection.EnsureCollectionExistsAsync(cancellationToken);
        IReadOnlyList<string> images = folder.List();
        progress.Begin(images.Count);

        // One core stays free for searches.
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(images, options, async (path, token) =>
        {
            try
            {
                // Before the file is read: one that is replaced meanwhile must not have its new id with the old vector.
                string id = folder.Id(path);
                DataContent image = await folder.ReadAsync(path, token);
                using DecodingTurn turn = await budget.EnterAsync(image.Data, path, token);
                image = turn.Reduced is { } reduced ? new DataContent(reduced.EncodePng(), "image/png") { Name = path } : image;
                Embedding<float> embedding = await generator.GenerateAsync(image, cancellationToken: token);
                if (folder.Id(path) != id)
                {
                    Skip(path, "The file changed while it was read; start the app again to index it.");
                    return;
                }

                await collection.UpsertAsync(new IndexedImage { Id = id, Path = path, Vector = embedding.Vector }, token);
                progress.Add();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whatever one file causes, the others are still indexed.
                Skip(path, Nameless(Faults.Describe(exception), path));
            }
        });
    }

    private void Skip(string path, string reason)
    {
        progress.Skip(new SkippedImage(path, reason));
        LogSkipped(path, reason);
    }

    /// <summary>Removes the name from a reason, which is shown beside the name.</summary>
    private string Nameless(string reason, string path)
    {
        string inPlace = reason.Replace($"'{folder.FullPath(path)}'", "the file", StringComparison.Ordinal);
        return inPlace.StartsWith($"'{path}' ", StringComparison.Ordinal) ? inPlace[(path.Length + 3)..] : inPlace;
    }

    private async Task LogProgressAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenLines);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                IndexStatus status = progress.Status;
                LogProgress(status.Indexed, status.Total);
            }
        }
        catch (OperationCanceledException)
        {
            // There is nothing more to tell.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Indexed {Indexed} of {Total} images")]
    private partial void LogProgress(int indexed, int? total);

    [LoggerMessage(Level = LogLevel.Information, Message = "The index is complete: {Indexed} images, {Skipped} unreadable, {Seconds:F1} s")]
    private partial void LogComplete(int indexed, int skipped, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Left out {Path}: {Reason}")]
    private partial void LogSkipped(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The index ended early: {Reason}")]
    private partial void LogFault(string reason);
}
