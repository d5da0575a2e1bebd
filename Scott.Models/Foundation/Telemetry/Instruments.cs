using System.Diagnostics.Metrics;

namespace Scott.Models.Foundation;

/// <summary>The activity source and the meter of this process, with all instruments. <see cref="ScottTelemetry"/> describes them.</summary>
internal static class Instruments
{
    public static readonly ActivitySource Activities = new(ScottTelemetry.ActivitySourceName, PackageVersion.Current.ToString());

    private static readonly Meter Meter = new(ScottTelemetry.MeterName, PackageVersion.Current.ToString());

    public static readonly Counter<long> Images = Meter.CreateCounter<long>(
        ScottTelemetry.ImagesInstrument, "{image}", "Images that were computed or gave an error.");

    public static readonly Histogram<double> BatchDuration = Meter.CreateHistogram(
        ScottTelemetry.BatchDurationInstrument, "s", "Time of one batch or training step.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        ScottTelemetry.BatchSizeInstrument, "{image}", "Images of one batch or training step.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });

    public static readonly Counter<long> DownloadBytes = Meter.CreateCounter<long>(
        ScottTelemetry.DownloadBytesInstrument, "By", "Bytes that came over the network for models' files and datasets' archives.");
}
