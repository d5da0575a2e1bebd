using ImageSearch.Indexing;
using ImageSearch.Searching;
using Microsoft.Extensions.VectorData;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace ImageSearch.Duplicates;

/// <summary>Groups the indexed images that are nearly the same. Thread-safe.</summary>
internal sealed class DuplicateFinder(
    FeatureExtractor extractor, VectorStoreCollection<string, IndexedImage> collection, IndexProgress progress)
{
    private const int MaximumGroups = 100;
    private const int MaximumMembers = 60;

    /// <summary>For a model without a measurement: a start for a person who looks at the groups.</summary>
    private const double UnmeasuredThreshold = 0.98;

    /// <summary>A cosine means something else for each model. docs/uses/near-duplicates.md has the measurement.</summary>
    private static readonly Dictionary<string, double> MeasuredThresholds = new(StringComparer.Ordinal)
    {
        ["scott-mini-112-distilled"] = 0.98,
        ["scott-mini-112"] = 0.99,
    };

    /// <param name="threshold">The least cosine similarity of a pair, more than 0, at most 1; <see langword="null"/> for the model's.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    public async Task<DuplicateAnswer> FindAsync(double? threshold, CancellationToken cancellationToken)
    {
        bool isComplete = progress.Status.IsComplete;
        var withVectors = new FilteredRecordRetrievalOptions<IndexedImage> { IncludeVectors = true };
        List<IndexedImage> images = await collection.GetAsync(_ => true, int.MaxValue, withVectors, cancellationToken)
            .OrderBy(image => image.Path, StringComparer.Ordinal)
            .ToListAsync(cancellationToken);
        bool isMeasured = MeasuredThresholds.TryGetValue(extractor.ModelId, out double measured);
        double chosen = threshold ?? (isMeasured ? measured : UnmeasuredThreshold);
        IReadOnlyList<NearDuplicateGroup> groups = await Task.Run(() => Group(images, chosen, cancellationToken), cancellationToken);
        return new DuplicateAnswer(
            chosen,
            isMeasured ? measured : UnmeasuredThreshold,
            isMeasured,
            images.Count,
            isComplete,
            groups.Count,
            groups.Sum(group => group.Members.Count + 1),
            [.. groups.Take(MaximumGroups).Select(group => Shown(group, images))]);
    }

    private IReadOnlyList<NearDuplicateGroup> Group(List<IndexedImage> images, double threshold, CancellationToken cancellationToken)
    {
        var index = new EmbeddingIndex(extractor.Fingerprint);
        index.AddRange(images.Select(image => KeyValuePair.Create(image.Id, image.Vector)));
        return NearDuplicates.Find(index, threshold, progress: null, cancellationToken);
    }

    /// <summary>A group's numbers are places in the index, which are those in the list.</summary>
    private static DuplicateGroup Shown(NearDuplicateGroup group, List<IndexedImage> images) => new(
        ImageMatch.Of(images[group.Representative]),
        group.MeanSimilarity,
        group.Members.Count + 1,
        [.. group.Members.Take(MaximumMembers).Select(member => ImageMatch.Of(images[member.Index], member.Similarity))]);
}
