using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>Embeds a query, and finds the most similar vectors of an index file or of a job.</summary>
/// <param name="query">The image to search by.</param>
/// <param name="path">The index, or the folder of the job.</param>
/// <param name="inference">How the query is embedded. Its model counts only if it was given.</param>
/// <param name="isModelGiven">Whether the command line names a model.</param>
/// <param name="count">How many matches to list.</param>
/// <param name="screen">Where to print.</param>
internal sealed class IndexSearchRun(string query, string path, InferenceChoices inference, bool isModelGiven, int count, Screen screen)
{
    private const string UnitLength = ", unit length";

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        inference.Validate();
        Check.That(File.Exists(query), $"The image '{query}' does not exist.");
        SearchedVectors index = await SearchedVectors.OpenAsync(path, screen, cancellationToken);
        VectorFingerprint? mapped = index.Fingerprint is { } stored ? VectorMigration.TargetOf(stored) : null;
        VectorFingerprint? wanted = mapped ?? index.Fingerprint;
        InferenceChoices choices = isModelGiven || wanted is null ? inference : inference with { Model = ModelOf(wanted) };
        ScottModel model = await NamedModel.LoadAsync(choices.Model, InferenceChoices.Seed, screen, cancellationToken);
        using FeatureExtractor extractor = CreateExtractor(model, choices, wanted);
        choices.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        ImageEmbedding embedding = await extractor.ExtractAsync(query, cancellationToken);

        // An empty index of an unknown model has no width to compare.
        bool isEmpty = wanted is null && index.Count == 0;
        if (!isEmpty && wanted is null && index.Width != extractor.EmbeddingWidth)
        {
            throw new UsageException(
                $"The index holds vectors of {Plural.Of(index.Width, "number")}; {choices.Model} gives {extractor.EmbeddingWidth}. "
                    + "Name its model with --model.");
        }

        if (mapped is not null)
            screen.Note("The vectors of this index are mapped from another model, so the matches are approximate.");

        IReadOnlyList<SearchHit> hits = isEmpty ? [] : await index.SearchAsync(embedding, count, cancellationToken);
        (string, float)[] matches = [.. hits.Select(hit => (hit.Key, hit.Score))];
        var report = new SearchReport(query, choices.Model, index.Count, new SkippedImages(), matches) { MissingShards = index.MissingShards };
        return report.Print(screen, "The index is empty.");
    }

    /// <summary>An extractor whose vectors can be compared with those of the index, if there is one: tiles were seen as a whole.</summary>
    private static FeatureExtractor CreateExtractor(ScottModel model, InferenceChoices choices, VectorFingerprint? wanted)
    {
        FeatureExtractor plain = Create(model);
        if (wanted is null || plain.Fingerprint.Matches(wanted))
            return plain;

        FeatureExtractor whole = Create(model.WithResize(ResizeMode.Stretch));
        bool fits = whole.Fingerprint.Matches(wanted);
        (fits ? plain : whole).Dispose();
        return fits ? whole : plain;

        FeatureExtractor Create(ScottModel candidate)
        {
            FeatureExtractorBuilder builder = candidate.ExtractFeatures();
            choices.Apply(builder);
            Follow(wanted, builder);
            return Check.Legal(builder.Build);
        }
    }

    private string ModelOf(VectorFingerprint wanted)
    {
        Check.That(
            NamedModel.IsPretrained(wanted.ModelId),
            $"The vectors of '{path}' come from the model '{wanted.ModelId}', which is not a pretrained one; name it with --model.");
        return wanted.ModelId;
    }

    /// <summary>Pools and scales as the index does: the command has no options for them.</summary>
    private static void Follow(VectorFingerprint? wanted, FeatureExtractorBuilder builder)
    {
        if (wanted is null)
            return;

        bool hasUnitLength = wanted.Output.EndsWith(UnitLength, StringComparison.Ordinal);
        _ = hasUnitLength ? builder.WithUnitLength() : null;
        string output = hasUnitLength ? wanted.Output[..^UnitLength.Length] : wanted.Output;
        if (Enum.TryParse(output, out EmbeddingPooling pooling) && Enum.IsDefined(pooling))
            builder.WithPooling(pooling);
    }
}
