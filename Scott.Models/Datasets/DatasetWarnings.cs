namespace Scott.Models.Datasets;

/// <summary>Says in plain words what looks wrong about a dataset.</summary>
internal static class DatasetWarnings
{
    /// <summary>If the largest class has at least this many times the images of the smallest, a warning says so.</summary>
    public const double NotableImbalance = 3;
    private const int CopiesShown = 5; // Their paths are not cut, as other names are.

    /// <summary>What looks wrong before any image is read; empty if nothing does.</summary>
    public static IEnumerable<string> Of(IImageDataset dataset, string split) =>
        OfNames(dataset.ClassNames).Concat(OfFiles(SkippedFileCounts.Of(dataset), split));

    /// <summary>What looks wrong after all images are read; empty if nothing does.</summary>
    public static IReadOnlyList<string> Of(DatasetReport report) =>
    [
        .. OfUnreadable(report.Unreadable, report.Count, "training"),
        .. OfUnreadable(report.UnreadableValidation, report.ValidationCount, "validation"),
        .. OfFiles(report.SkippedFiles, "training"),
        .. OfFiles(report.SkippedValidationFiles, "validation"),
        .. OfCopies(report),
        .. OfClasses(report),
    ];

    private static IEnumerable<string> OfUnreadable(IReadOnlyList<UnreadableImage> unreadable, int count, string split)
    {
        if (unreadable.Count > 0)
        {
            string images = FormattableString.Invariant($"{unreadable.Count} of {Plural.Of(count, $"{split} image")}");
            yield return $"{images} cannot be read. The first: {unreadable[0].Name}: {unreadable[0].Error.Message}";
        }
    }

    /// <summary>Images that are skipped for their extension.</summary>
    private static IEnumerable<string> OfFiles(IReadOnlyDictionary<string, int> skipped, string split)
    {
        if (SkippedFileCounts.DescribeImages(skipped) is { } images)
            yield return $"The {split} folders hold images in formats that are not read: {images}. Convert them to JPEG or PNG, or remove them.";
    }

    private static IEnumerable<string> OfCopies(DatasetReport report)
    {
        if (report.Leakage is [LeakedImage leaked, ..])
        {
            int count = report.Leakage.Sum(same => same.ValidationNames.Count);
            string images = FormattableString.Invariant($"{count} of {Plural.Of(report.ValidationCount, "validation image")}");
            yield return $"{images} {(count == 1 ? "is" : "are")} in the training data too, so that results will look better than they are. "
                + $"The first: {leaked.ValidationNames[0]} is {leaked.TrainingNames[0]}.";
        }

        if (report.Duplicates is [DuplicateImages copy, ..])
        {
            int count = report.Duplicates.Sum(same => same.Names.Count - 1);
            string are = count == 1 ? "is an exact copy of another and counts" : "are exact copies of others and count";
            yield return $"{Plural.Of(count, "training image")} {are} more than once. The first: {copy.Names[1]} is {copy.Names[0]}.";
        }

        if (report.Duplicates.FirstOrDefault(same => same.HasDifferentLabels) is { } contradiction)
        {
            int count = report.Duplicates.Count(same => same.HasDifferentLabels), more = contradiction.Names.Count - CopiesShown;
            yield return $"{Plural.Of(count, "training image")} {(count == 1 ? "has" : "have")} copies with different labels. "
                + $"The first: {string.Join(" and ", contradiction.Names.Take(CopiesShown))}{(more > 0 ? $" and {more} more" : string.Empty)}.";
        }
    }

    private static IEnumerable<string> OfClasses(DatasetReport report)
    {
        foreach (string warning in OfNames([.. report.Classes.Select(each => each.Name)]))
            yield return warning;

        if (report.UnreadableClasses.Count > 0)
            yield return $"No training image of these classes can be read: {Quoted.Names(report.UnreadableClasses)}.";
        if (report.UnknownClasses.Count > 0)
            yield return $"Training and evaluation refuse validation classes that the training data lacks: {Quoted.Names(report.UnknownClasses)}.";
        if (report.UnvalidatedClasses.Count > 0)
            yield return $"These classes have no validation image: {Quoted.Names(report.UnvalidatedClasses)}.";

        if (report.Classes.Count > 0 && report.UnlabeledCount > 0)
        {
            string images = FormattableString.Invariant($"{report.UnlabeledCount} of {Plural.Of(report.Count, "training image")}");
            yield return $"{images} {(report.UnlabeledCount == 1 ? "has" : "have")} no label.";
        }

        if (report.ClassImbalance >= NotableImbalance && report.Classes.Any(each => each.Images > 0))
        {
            (ClassCount largest, ClassCount smallest) = (report.Classes.MaxBy(each => each.Images), report.Classes.MinBy(each => each.Images));
            string sizes = FormattableString.Invariant($"{Plural.Of(largest.Images, "image")}, {smallest.Name} only {smallest.Images}");
            yield return $"The class {largest.Name} has {sizes}; training will favor large classes.";
        }
    }

    /// <summary>Class names that look the same to a reader, and names with white space around them.</summary>
    private static IEnumerable<string> OfNames(IReadOnlyList<string> classNames)
    {
        ILookup<string, string> byLook = classNames.ToLookup(Plain, StringComparer.Ordinal);
        foreach (IGrouping<string, string> alike in byLook.Where(alike => alike.Count() > 1))
        {
            yield return $"The classes '{string.Join("' and '", alike)}' differ only by white space, case or the coding of accents. "
                + "If they are one class, give them one name.";
        }

        string[] spaced = [.. classNames.Where(name => name != name.Trim() && byLook[Plain(name)].Count() == 1).Select(name => $"'{name}'")];
        if (spaced.Length > 0)
        {
            string names = $"{Plural.Of(spaced.Length, "class name")} {(spaced.Length == 1 ? "begins or ends" : "begin or end")} with white space";
            yield return $"{names}: {Quoted.Names(spaced)}. Remove it if it does not belong to the name.";
        }
    }

    private static string Plain(string name) =>
        string.Join(' ', Form(name).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    /// <summary>Normalizes accents. A name that is not legal Unicode stays as it is.</summary>
    private static string Form(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }
}
