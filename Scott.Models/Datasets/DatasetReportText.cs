using System.Globalization;
using System.Text;

namespace Scott.Models.Datasets;

/// <summary>Says in words what a <see cref="DatasetReport"/> holds.</summary>
internal static class DatasetReportText
{
    /// <summary>From how many times the smallest class's size on the largest is warned of.</summary>
    public const double NotableImbalance = 3;

    private const int ClassesShown = 20;

    public static IReadOnlyList<string> Warnings(DatasetReport report)
    {
        List<string> warnings = [];
        AddUnreadable(warnings, report.Unreadable, report.Count, "training");
        AddUnreadable(warnings, report.UnreadableValidation, report.ValidationCount, "validation");
        warnings.AddRange(DatasetWarnings.OfFiles(report.PassedOver, "training"));
        warnings.AddRange(DatasetWarnings.OfFiles(report.PassedOverValidation, "validation"));
        AddLeakage(warnings, report);
        AddDuplicates(warnings, report);
        AddClasses(warnings, report);
        return warnings;
    }

    public static string Summary(DatasetReport report)
    {
        var text = new StringBuilder();
        text.Append(Plural.Of(report.Count, "image"));
        text.Append(report.ValidationCount > 0 ? Invariant($", {report.ValidationCount} for validation") : string.Empty);
        if (report is { Width: { } width, Height: { } height })
        {
            text.AppendLine().Append(Invariant($"Width {Describe(width)}, height {Describe(height)} pixels"));
        }

        if (report.ClassImbalance is { } imbalance)
        {
            text.AppendLine().Append(Invariant($"{Plural.Of(report.Classes.Count, "class", "classes")}, the largest {imbalance:0.0} times the smallest: "));
            text.AppendJoin(", ", report.Classes.Take(ClassesShown).Select(each => Invariant($"{each.Name} {each.Images}")));
            text.Append(report.Classes.Count > ClassesShown ? Invariant($", and {report.Classes.Count - ClassesShown} more") : string.Empty);
        }

        if (PassedOverFiles.Sum([report.PassedOver, report.PassedOverValidation]) is { Count: > 0 } passedOver)
        {
            text.AppendLine().Append("Files passed over: ");
            text.AppendJoin(", ", passedOver.Select(each => Invariant($"{each.Value} {(each.Key.Length > 0 ? each.Key : "without extension")}")));
        }

        IReadOnlyList<string> warnings = report.Warnings;
        text.AppendLine().Append(warnings.Count == 0 ? "Nothing to warn of." : "Warnings:");
        foreach (string warning in warnings)
        {
            text.AppendLine().Append("- ").Append(warning);
        }

        return text.ToString();
    }

    private static void AddUnreadable(List<string> warnings, IReadOnlyList<UnreadableImage> unreadable, int count, string which)
    {
        if (unreadable.Count > 0)
        {
            warnings.Add(Invariant($"{unreadable.Count} of {Plural.Of(count, $"{which} image")} cannot be read. The first: {unreadable[0].Name}: {unreadable[0].Error.Message}"));
        }
    }

    private static void AddLeakage(List<string> warnings, DatasetReport report)
    {
        if (report.Leakage.Count > 0)
        {
            int leaked = report.Leakage.Sum(same => same.ValidationNames.Count);
            LeakedImage first = report.Leakage[0];
            warnings.Add(Invariant($"{leaked} of {Plural.Of(report.ValidationCount, "validation image")} {(leaked == 1 ? "is" : "are")} in the training data, too, so that results will look better than they are. ")
                + $"The first: {first.ValidationNames[0]} is {first.TrainingNames[0]}.");
        }
    }

    private static void AddDuplicates(List<string> warnings, DatasetReport report)
    {
        if (report.Duplicates.Count > 0)
        {
            int copies = report.Duplicates.Sum(same => same.Names.Count - 1);
            IReadOnlyList<string> first = report.Duplicates[0].Names;
            warnings.Add(Invariant($"{Plural.Of(copies, "training image")} {(copies == 1 ? "is an exact copy of another and counts" : "are exact copies of others and count")} more than once. The first: {first[1]} is {first[0]}."));
        }

        if (report.Duplicates.FirstOrDefault(same => same.HasDifferentLabels) is { } contradiction)
        {
            int number = report.Duplicates.Count(same => same.HasDifferentLabels);
            warnings.Add(Invariant($"{Plural.Of(number, "training image")} {(number == 1 ? "stands" : "stand")} in the data with different labels. The first: {string.Join(" and ", contradiction.Names)}."));
        }
    }

    private static void AddClasses(List<string> warnings, DatasetReport report)
    {
        warnings.AddRange(DatasetWarnings.OfNames([.. report.Classes.Select(each => each.Name)]));
        if (report.UnreadableClasses.Count > 0)
        {
            warnings.Add($"No training image of these classes can be read: {string.Join(", ", report.UnreadableClasses)}.");
        }

        if (report.HasSameClasses == false)
        {
            warnings.Add("The validation data does not have the training data's classes in the same order, so that labels mean different things.");
        }

        if (report.Classes.Count > 0 && report.UnlabeledCount > 0)
        {
            warnings.Add(Invariant($"{report.UnlabeledCount} of {Plural.Of(report.Count, "training image")} {(report.UnlabeledCount == 1 ? "has" : "have")} no label."));
        }

        if (report.ClassImbalance >= NotableImbalance)
        {
            (ClassCount largest, ClassCount smallest) = (report.Classes.MaxBy(each => each.Images), report.Classes.MinBy(each => each.Images));
            warnings.Add(Invariant($"The class {largest.Name} has {Plural.Of(largest.Images, "image")}, {smallest.Name} only {smallest.Images}; what is learned will favor large classes."));
        }
    }

    private static string Describe(ImageExtent extent) => Invariant($"{extent.Minimum} to {extent.Maximum} (median {extent.Median})");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
