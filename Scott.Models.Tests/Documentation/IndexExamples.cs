using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/indexes.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="IndexDocumentTests"/> compares the two.</remarks>
internal static class IndexExamples
{
    public static async Task FillAsync()
    {
        // indexes.md
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112");
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        var index = new EmbeddingIndex(extractor.Fingerprint);
        await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(Directory.EnumerateFiles("photos")))
        {
            if (embedding.IsSuccess)
                index.Add(embedding); // the key is the path
        }

        await index.SaveAsync("photos.index");
        // end
    }

    public static async Task<string> SearchAsync(FeatureExtractor extractor, ImageEmbedding embedding)
    {
        // indexes.md
        EmbeddingIndex index = await EmbeddingIndex.LoadAsync("photos.index", WeightStorage.MemoryMapped);
        ImageEmbedding query = await extractor.ExtractAsync("cat.png");
        foreach (SearchHit hit in index.Search(query, count: 5))
            Console.WriteLine($"{hit.Score:F3} {hit.Key}");

        index.Remove("photos/001.png");
        index.Add("photos/001.png", embedding); // the new content of that file
        // end
        return index.Search(query, 1)[0].Key;
    }

    public static async Task<EmbeddingIndex> UpdateAsync(FeatureExtractor extractor)
    {
        // indexes.md
        EmbeddingIndex index = await EmbeddingIndex.LoadAsync("photos.index");
        string[] photos = Directory.GetFiles("photos");
        foreach (string gone in index.Keys.Except(photos).ToArray())
            index.Remove(gone);

        await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(photos.Where(photo => !index.Contains(photo)).ToArray()))
        {
            if (embedding.IsSuccess)
                index.Add(embedding);
        }

        await index.SaveAsync("photos.index");
        // end
        return index;
    }

    public static async Task<(VectorMigration Migration, IReadOnlyList<SearchHit> Hits)> MigrateAsync()
    {
        // indexes.md
        ScottModel newModel = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled");
        using FeatureExtractor extractor = newModel.ExtractFeatures().Build();
        EmbeddingIndex old = await EmbeddingIndex.LoadAsync("photos.index");
        var sample = new EmbeddingIndex(extractor.Fingerprint);
        await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(old.Keys.Shuffle().Take(2000)))
        {
            if (embedding.IsSuccess)
                sample.Add(embedding);
        }

        VectorMigration migration = VectorMigration.Fit(old, sample);
        EmbeddingIndex mapped = migration.Map(old);
        await mapped.SaveAsync("photos.mapped.index");
        IReadOnlyList<SearchHit> hits = mapped.SearchMapped(await extractor.ExtractAsync("cat.png"), count: 5);
        // end
        return (migration, hits);
    }
}
