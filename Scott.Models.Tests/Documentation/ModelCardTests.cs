using System.Globalization;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Documentation;

/// <summary>Each published model has a card, and what the card says of files and figures is what the manifest says.</summary>
public sealed class ModelCardTests
{
    private static readonly string[] Sets = ["flowers5", "trashnet", "pets3"];
    private static readonly string[] Probes = ["knn", "linear", "simple-attentive"];

    public static TheoryData<string> Published =>
        [.. WeightsManifest.Embedded.Models.Where(model => model.HasWeights).Select(model => model.Id).Distinct()];

    [Theory]
    [MemberData(nameof(Published))]
    public void Card_OfAPublishedModel_AgreesWithTheManifest(string id)
    {
        ManifestModel model = WeightsManifest.Embedded.Models.Last(model => model.Id == id); // the current revision
        string card = DocumentBlocks.Read($"docs/models/{id}.md");
        Assert.Contains(model.Weights.Sha256, card, StringComparison.Ordinal);
        Assert.Contains($"{Grouped(model.Weights.Bytes)} bytes, revision {model.Revision}", card, StringComparison.Ordinal);
        Assert.Contains($"| parameters | {Grouped(model.Parameters)}:", card, StringComparison.Ordinal);
        string Accuracies(string set) => string.Join(" / ", Probes.Select(probe => Figure(model, $"{set}/val/{probe}-top1")));
        string row = $"| `{id}` | {string.Join(" | ", Sets.Select(Accuracies))} |\n";
        Assert.Contains(row, card, StringComparison.Ordinal);
        Assert.Contains(row, DocumentBlocks.Read("README.md"), StringComparison.Ordinal);
    }

    private static string Figure(ManifestModel model, string name)
    {
        ManifestMetric metric = model.Metrics.Single(metric => metric.Name == name);
        return string.Create(CultureInfo.InvariantCulture, $"{metric.Value * 100:F1} ± {metric.StandardDeviation * 100:F1}");
    }

    private static string Grouped(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
}
