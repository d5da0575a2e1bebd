using System.Diagnostics;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks.Anomalies;

/// <summary>How well a detector finds the defects of a set.</summary>
/// <param name="ImageAuroc">How well scores of images tell defects from normal images.</param>
/// <param name="PixelAuroc">How well pixel maps tell pixels of defects from all others, over all images.</param>
/// <param name="FalseAlarms">The share of normal test images above the threshold.</param>
/// <param name="Found">The share of images with a defect above the threshold.</param>
/// <param name="StatedRate">The false-alarm rate that the detector states.</param>
/// <param name="LearnSeconds">The time to learn.</param>
/// <param name="ScoreSeconds">The time to score one image.</param>
/// <param name="ByKind">The AUROC of each kind of defect against all normal images.</param>
internal sealed record AnomalyFigures(
    double ImageAuroc, double PixelAuroc, double FalseAlarms, double Found, double StatedRate, double LearnSeconds, double ScoreSeconds,
    IReadOnlyDictionary<string, double> ByKind)
{
    public static async Task<AnomalyFigures> MeasureAsync(
        ScottModel model, AnomalySet set, AnomalyOptions options, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        using AnomalyDetector detector = await model.LearnAnomaliesAsync(set.Normal, options, cancellationToken: cancellationToken);
        double learned = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        List<AnomalyResult> results = [];
        await foreach (AnomalyResult result in detector.ScoreBatchAsync(
            set.Test.Select(test => ImageSource.FromImage(test.Image)), cancellationToken: cancellationToken))
        {
            results.Add(result);
        }

        double scored = Stopwatch.GetElapsedTime(start).TotalSeconds / results.Count;
        bool[] isDefect = [.. set.Test.Select(test => test.Defect is not null)];
        double Share(bool defect) =>
            results.Where((result, i) => isDefect[i] == defect).Average(result => result.IsAnomalous ? 1.0 : 0);
        return new AnomalyFigures(
            RankStatistics.AreaUnderRoc([.. results.Select(result => result.Score)], isDefect), PixelArea(set, results),
            Share(false), Share(true), detector.FalseAlarmRate, learned, scored,
            DrawnDefects.Kinds.ToDictionary(kind => kind, kind => AreaOf(kind, set, results)));
    }

    private static double AreaOf(string kind, AnomalySet set, List<AnomalyResult> results)
    {
        int[] chosen = [.. Enumerable.Range(0, results.Count).Where(i => set.Test[i].Defect is null || set.Test[i].Kind == kind)];
        bool[] isKind = [.. chosen.Select(i => set.Test[i].Kind == kind)];
        return isKind.Contains(true) ? RankStatistics.AreaUnderRoc([.. chosen.Select(i => results[i].Score)], isKind) : double.NaN;
    }

    /// <summary>Over the pixels of the map: one belongs to a defect if the nearest pixel of the image does.</summary>
    private static double PixelArea(AnomalySet set, List<AnomalyResult> results)
    {
        List<float> scores = [];
        List<bool> isDefect = [];
        foreach ((AnomalyTestImage test, AnomalyResult result) in set.Test.Zip(results))
        {
            int side = result.PixelMapSide;
            scores.AddRange(result.ToPixelMap());
            for (int i = 0; i < side * side; i++)
            {
                int x = ((2 * (i % side)) + 1) * test.Image.Width / (2 * side), y = ((2 * (i / side)) + 1) * test.Image.Height / (2 * side);
                isDefect.Add(test.Defect is { } defect && defect[(y * test.Image.Width) + x]);
            }
        }

        return RankStatistics.AreaUnderRoc([.. scores], [.. isDefect]);
    }
}
