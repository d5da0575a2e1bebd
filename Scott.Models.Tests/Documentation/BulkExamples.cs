using Scott.Models.Downloads;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/bulk.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="BulkDocumentTests"/> compares the two.</remarks>
internal static class BulkExamples
{
    public static async Task<EmbeddingJobResult> RunAsync()
    {
        // bulk.md
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        EmbeddingJob job = await EmbeddingJob.PlanAsync("vectors", extractor, EmbeddingJobInputs.FromFolder("photos"));
        EmbeddingJobResult result = await job.RunAsync();
        Console.WriteLine($"{result.Images} images in {result.Shards} shards, {result.Failed} cannot be read.");
        // end
        return result;
    }

    public static async Task<IReadOnlyList<SearchHit>> SearchAsync(FeatureExtractor extractor)
    {
        // bulk.md
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync("vectors");
        ImageEmbedding query = await extractor.ExtractAsync("cat.png");
        IReadOnlyList<SearchHit> hits = await index.SearchAsync(query, count: 5);
        foreach (SearchHit hit in hits)
            Console.WriteLine($"{hit.Score:F3} {hit.Key}");
        // end
        return hits;
    }

    public static async Task<long> ReadAsync(EmbeddingJobIndex index)
    {
        // bulk.md
        long numbers = 0;
        await foreach (EmbeddingJobRow row in index.ReadAsync())
        {
            if (row.IsSuccess)
                numbers += row.Vector.Length;
            else
                Console.WriteLine($"{row.Key}: {row.Error}");
        }
        // end
        return numbers;
    }

    public static async Task<EmbeddingJobResult> RunArchivesAsync(FeatureExtractor extractor)
    {
        // bulk.md
        string[] archives = Directory.GetFiles("tars", "*.tar").Order(StringComparer.Ordinal).ToArray();
        EmbeddingJob job = await EmbeddingJob.PlanAsync("tar-vectors", extractor, EmbeddingJobInputs.FromFiles(archives));
        var progress = new Progress<EmbeddingJobProgress>(now =>
            Console.WriteLine($"{now.CompletedShards} of {now.Shards} shards, {now.ImagesPerSecond:F0} images/s, {now.Remaining} left"));
        EmbeddingJobResult result = await job.RunAsync(progress);
        // end
        return result;
    }

    public static async Task<EmbeddingShard> RunShardAsync(FeatureExtractor extractor)
    {
        // bulk.md
        var store = new HttpImageStore(new DownloadOptions { Retries = 3 });
        EmbeddingJobInputs inputs = EmbeddingJobInputs.FromStore(store, File.ReadLines("addresses.txt"));
        EmbeddingJob job = await EmbeddingJob.PlanAsync("web-vectors", extractor, inputs);
        EmbeddingShard shard = await job.RunShardAsync(0);
        // end
        return shard;
    }
}
