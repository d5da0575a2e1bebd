namespace Scott.Models.Cli;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Figures
{
    private const double BytesPerMebibyte = 1 << 20;

    public static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    public static string Time(double seconds) => Time(TimeSpan.FromSeconds(seconds));

    public static string Share(double? share) => share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:F1}%") : "-";

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Mebibytes(long bytes) => Number(bytes / BytesPerMebibyte, "F1");
}
