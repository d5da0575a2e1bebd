using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>Reports to render in tests.</summary>
internal static class Reports
{
    public static TrainingReport Empty { get; } = new() { Title = "Pre-training", State = "not begun" };

    public static ReportSeries Series(string name, params double[] values) =>
        new(name, [.. Enumerable.Range(1, values.Length).Select(epoch => (double)epoch)], values);

    public static ReportChart Chart(params ReportSeries[] series) => new("Loss", "Lower is better.", "Epoch", "Loss", series);

    public static TrainingReport With(params ReportChart[] charts) => Empty with { Charts = charts };
}
