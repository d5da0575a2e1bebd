using Scott.Models.Datasets;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>What a mapped index is worth: one image in six of a labeled folder is a query, embedded by the new model; the others
/// are searched.</summary>
internal static class Migration
{
    private const string Command = "migration";
    private const string OldModel = "scott-mini-112";
    private const string NewModel = "scott-mini-112-distilled";
    private const int QueryStep = 6;

    private static readonly int[] SampleSizes = [250, 500, 1000, 2000, 4000];

    public static bool Handles(string[] arguments) => arguments is [Command, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [_, var folder])
        {
            await Console.Error.WriteLineAsync($"usage: {Command} FOLDER, with a folder of images for each class");
            return 2;
        }

        ImageFolder images = ImageFolder.OpenLabeled(folder);
        string[] files = [.. Enumerable.Range(0, images.Count).Select(images.NameOf)];
        (EmbeddingIndex old, EmbeddingIndex oldQueries) = await EmbedAsync(OldModel, files);
        (EmbeddingIndex wanted, EmbeddingIndex queries) = await EmbedAsync(NewModel, files);
        Say($"{old.Count} images are searched by {queries.Count} queries, from {OldModel} to {NewModel}");
        Say($"true vectors of the new model: recall@10 1.000, same class {SameClass(wanted, queries):F3}");
        int Common(string query) => Keys(old, oldQueries, query).Intersect(Keys(wanted, queries, query)).Count();
        double kept = oldQueries.Keys.Average(Common) / IndexRecall.DefaultCount;
        Say($"old queries in old vectors: recall@10 {kept:F3}, same class {SameClass(old, oldQueries):F3}");
        foreach (int size in SampleSizes.Where(size => size < old.Count).Append(old.Count))
        {
            var sample = new EmbeddingIndex(wanted.Fingerprint);
            sample.AddRange(Spread(wanted, size), wanted.Fingerprint);
            var migration = VectorMigration.Fit(old, sample);
            EmbeddingIndex mapped = migration.Map(old);
            double recall = IndexRecall.Measure(mapped, wanted, Vectors(queries).Select(query => query.Value));
            double same = SameClass(mapped, queries);
            Say($"mapped by a sample of {size}: recall@10 {recall:F3}, same class {same:F3}, recall in the sample {migration.Recall:F3}");
        }

        return 0;
    }

    private static async Task<(EmbeddingIndex Searched, EmbeddingIndex Queries)> EmbedAsync(string id, string[] files)
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(id);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        (EmbeddingIndex searched, EmbeddingIndex queries) = (new(), new());
        await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(files))
        {
            if (embedding.IsSuccess)
                (embedding.Index % QueryStep == 0 ? queries : searched).Add(embedding);
        }

        return (searched, queries);
    }

    /// <summary>The share of results whose folder, which is their class, is that of the query.</summary>
    private static double SameClass(EmbeddingIndex index, EmbeddingIndex queries) => queries.Keys.Average(
        query => Keys(index, queries, query).Average(key => Path.GetDirectoryName(key) == Path.GetDirectoryName(query) ? 1.0 : 0));

    /// <summary>What a query finds.</summary>
    private static IEnumerable<string> Keys(EmbeddingIndex index, EmbeddingIndex queries, string query)
    {
        queries.TryGetVector(query, out float[]? vector);
        return index.Search(vector, IndexRecall.DefaultCount).Select(hit => hit.Key);
    }

    /// <summary>Vectors from all over the index, whose order is that of the classes.</summary>
    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<float>>> Spread(EmbeddingIndex index, int count)
    {
        KeyValuePair<string, ReadOnlyMemory<float>>[] all = [.. Vectors(index)];
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<float>>> Vectors(EmbeddingIndex index)
    {
        foreach (string key in index.Keys)
        {
            if (index.TryGetVector(key, out float[]? vector))
                yield return KeyValuePair.Create(key, (ReadOnlyMemory<float>)vector);
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
