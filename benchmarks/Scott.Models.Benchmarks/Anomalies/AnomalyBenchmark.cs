using System.Globalization;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks.Anomalies;

/// <summary>
/// How well anomaly detectors find drawn defects: on drawn surfaces, and on photos of single classes of a labeled folder with <c>train</c> and
/// <c>test</c>; beside it the same detector on random weights. <c>anomalies-settings</c> compares settings on the drawn surfaces.
/// </summary>
internal static class AnomalyBenchmark
{
    private const string Command = "anomalies";
    private const string SettingsCommand = "anomalies-settings";
    private const int NormalImages = 100;
    private const int TestImages = 45; // of each side; each kind of defect has a third of them
    private const int SettingsNormalImages = 50;
    private const int SettingsTestImages = 24;
    private const int PhotoClasses = 3;
    private const long Seed = 47;
    private const string Untrained = "scott-mini-112";

    public static bool Handles(string[] arguments) => arguments is [Command or SettingsCommand, ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length > (arguments[0] == Command ? 2 : 1))
        {
            await Console.Error.WriteLineAsync($"usage: {Command} [LABELED-FOLDER], or {SettingsCommand}");
            return 2;
        }

        AnomalySet[] Drawn(int normal, int test) => [.. DrawnSurfaces.Kinds.Select(kind => AnomalySet.Drawn(kind, normal, test))];
        await (arguments[0] == SettingsCommand
            ? CompareSettingsAsync(Drawn(SettingsNormalImages, SettingsTestImages))
            : CompareModelsAsync(Drawn(NormalImages, TestImages), arguments.ElementAtOrDefault(1)));
        return 0;
    }

    private static async Task CompareModelsAsync(IReadOnlyList<AnomalySet> drawn, string? photos)
    {
        List<AnomalySet> sets = [.. drawn];
        foreach (string name in photos is null ? [] : AnomalySet.LargestClasses(photos, PhotoClasses))
            sets.Add(await AnomalySet.PhotosAsync(photos!, name));

        (string Name, ScottModel Model)[] models =
        [
            .. await Task.WhenAll(new[] { ScottModels.DefaultId, "scott-mini-112" }.Distinct().Select(
                async id => (id, await ScottModel.FromPretrainedAsync(id)))),
            ($"untrained {Untrained}", ScottModel.Create(Untrained, Seed)),
        ];
        Console.WriteLine(
            "| set | images | model | image AUROC | scratch | stain | hole | pixel AUROC "
                + "| stated false alarms | false alarms | found | learn s | score ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (AnomalySet set in sets)
        {
            foreach ((string name, ScottModel model) in models)
            {
                AnomalyFigures figures = await AnomalyFigures.MeasureAsync(model, set, new AnomalyOptions());
                string kinds = string.Join(" | ", DrawnDefects.Kinds.Select(kind => Number(figures.ByKind[kind])));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {set.Name} | {set.Normal.Count} + {set.Test.Count} | {name} | {Number(figures.ImageAuroc)} | {kinds} "
                        + $"| {Number(figures.PixelAuroc)} "
                        + $"| {100 * figures.StatedRate:F1} % | {100 * figures.FalseAlarms:F1} % | {100 * figures.Found:F1} % "
                        + $"| {figures.LearnSeconds:F1} | {1000 * figures.ScoreSeconds:F0} |"));
            }
        }
    }

    private static async Task CompareSettingsAsync(IReadOnlyList<AnomalySet> drawn)
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId);
        Console.WriteLine($"| setting of {ScottModels.DefaultId} | mean image AUROC | lowest | mean pixel AUROC | learn s | score ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach ((string name, AnomalyOptions options) in Settings())
        {
            List<AnomalyFigures> all = [];
            foreach (AnomalySet set in drawn)
                all.Add(await AnomalyFigures.MeasureAsync(model, set, options));

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Number(all.Average(figures => figures.ImageAuroc))} | {Number(all.Min(figures => figures.ImageAuroc))} "
                    + $"| {Number(all.Average(figures => figures.PixelAuroc))} "
                    + $"| {all.Average(figures => figures.LearnSeconds):F1} | {1000 * all.Average(figures => figures.ScoreSeconds):F0} |"));
        }
    }

    /// <summary>The defaults, and what differs from them in one setting.</summary>
    private static IEnumerable<(string Name, AnomalyOptions Options)> Settings()
    {
        var defaults = new AnomalyOptions();
        yield return ("the defaults", defaults);
        foreach (int pixels in new[] { 112, 160, 320 })
            yield return ($"{pixels} pixels", defaults with { ImagePixels = pixels });

        foreach (int neighborhood in new[] { 3, 5 })
            yield return ($"neighborhood {neighborhood}", defaults with { Neighborhood = neighborhood });

        foreach (PatchScaling scaling in Enum.GetValues<PatchScaling>().Where(scaling => scaling != defaults.Scaling))
            yield return ($"scaling {scaling}", defaults with { Scaling = scaling });

        foreach (int[] blocks in new int[][] { [0], [1], [2], [4], [1, 2, 3], [4, 5] })
            yield return ($"blocks {string.Join(", ", blocks)}", defaults with { Blocks = blocks.ToHashSet() });

        yield return ("512 patches kept", defaults with { BankPatches = 512 });
        yield return ("3 neighbors", defaults with { Neighbors = 3 });
    }

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
