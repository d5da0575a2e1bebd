using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/uses/near-duplicates.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="DuplicateDocumentTests"/> compares the two.</remarks>
internal static class DuplicateExamples
{
    public static async Task<IReadOnlyList<NearDuplicateGroup>> FindAsync(ScottModel model)
    {
        // near-duplicates.md
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        List<ImageEmbedding> images = [];
        await foreach (ImageEmbedding image in extractor.EmbedFilesAsync(Directory.EnumerateFiles("photos", "*.jpg")))
        {
            if (image.IsSuccess)
                images.Add(image);
        }

        EmbeddingIndex index = images.ToEmbeddingIndex(); // refuses vectors of unlike models
        IReadOnlyList<NearDuplicateGroup> groups = NearDuplicates.Find(index, threshold: 0.98);
        foreach (NearDuplicateGroup group in groups)
        {
            Console.WriteLine(images[group.Representative].Name);
            foreach (NearDuplicate member in group.Members)
                Console.WriteLine($"  {member.Similarity:F4} {images[member.Index].Name}");
        }
        // end
        return groups;
    }

    public static DuplicateThreshold Choose(List<ImageEmbedding> different)
    {
        // near-duplicates.md
        DuplicateThreshold chosen = NearDuplicates.ChooseThreshold(different.ToEmbeddingIndex(), falseMatchRate: 1e-3);
        Console.WriteLine($"at {chosen.Threshold}, at most {chosen.FalseMatches} of {chosen.Pairs} pairs of different images match");
        // end
        return chosen;
    }

    public static (OutlierReport Report, IReadOnlyList<WrongLabel> Wrong) FindOutliers(EmbeddingIndex index, int?[] labels)
    {
        // near-duplicates.md
        OutlierReport report = Outliers.Find(index);
        foreach (Outlier outlier in report.Found)
            Console.WriteLine($"image {outlier.Index} is far from its neighbors: {outlier.Score:F3}");

        IReadOnlyList<WrongLabel> wrong = Outliers.FindWrongLabels(index, labels);
        foreach (WrongLabel each in wrong)
            Console.WriteLine($"image {each.Index}: {each.Share:P0} of its neighbors have the label {each.SuggestedLabel}, not {each.Label}");
        // end
        return (report, wrong);
    }
}
