namespace Scott.Models.Datasets;

/// <summary>What <see cref="DatasetInspector"/> found. Immutable.</summary>
public sealed class DatasetReport
{
    private const int ClassesShown = 20;

    internal DatasetReport(IImageDataset trainingSet, InspectedImage[] training, IImageDataset? validationSet, InspectedImage[] validation)
    {
        IReadOnlyList<string> classNames = trainingSet.ClassNames;
        Count = training.Length;
        ValidationCount = validation.Length;
        Width = ImageExtent.Of(Readable(training).Select(image => image.Width));
        Height = ImageExtent.Of(Readable(training).Select(image => image.Height));
        Channels = ChannelSums.Join(Readable(training).Select(image => image.Channels!));
        Unreadable = Failures(training);
        UnreadableValidation = Failures(validation);
        IGrouping<UInt128, InspectedImage>[] byContent = [.. Readable(training).GroupBy(image => image.Hash)];
        Duplicates = [.. byContent
            .Where(same => same.Count() > 1)
            .Select(same => new DuplicateImages(Names(same), same.Select(LabelsAsText).Distinct().Count() > 1))];
        ILookup<UInt128, InspectedImage> measured = Readable(validation).ToLookup(image => image.Hash);
        Leakage = [.. byContent.Where(same => measured.Contains(same.Key)).Select(same => new LeakedImage(Names(same), Names(measured[same.Key])))];
        ILookup<int, InspectedImage> byLabel = training
            .SelectMany(image => (image.Labels ?? []).Select(label => (Label: label, Image: image)))
            .ToLookup(entry => entry.Label, entry => entry.Image);
        Classes = [.. classNames.Select((name, label) => new ClassCount(name, byLabel[label].Count()))];
        UnreadableClasses = [.. classNames.Where((_, label) => byLabel[label].Any() && byLabel[label].All(image => image.Error is not null))];
        SkippedFiles = SkippedFileCounts.Of(trainingSet);
        SkippedValidationFiles = SkippedFileCounts.Of(validationSet, trainingSet);
        UnlabeledCount = training.Count(image => image.Labels is null);
        if (classNames.Count > 0 && validationSet?.ClassNames is { Count: > 0 } names)
        {
            HashSet<string> validated = [.. validation.SelectMany(image => image.Labels ?? []).Select(label => names[label])];
            HasSameClasses = classNames.SequenceEqual(names, StringComparer.Ordinal);
            UnknownClasses = [.. names.Except(classNames, StringComparer.Ordinal)];
            UnvalidatedClasses = [.. classNames.Where(name => !validated.Contains(name))];
        }
    }

    /// <summary>The number of training images, unreadable ones included.</summary>
    public int Count { get; }

    /// <summary>The number of validation images, unreadable ones included; 0 without such a set.</summary>
    public int ValidationCount { get; }

    /// <summary>The training images' widths; <see langword="null"/> if none can be read.</summary>
    public ImageExtent? Width { get; }

    /// <summary>The training images' heights; <see langword="null"/> if none can be read.</summary>
    public ImageExtent? Height { get; }

    /// <summary>The mean and the standard deviation of each channel of the training images, of values in [0, 1]; every image counts alike, whatever
    /// its size. <see langword="null"/> if none can be read.</summary>
    /// <remarks>For <see cref="ScottModel.WithImageChannels"/>.</remarks>
    public ChannelNormalization? Channels { get; }

    /// <summary>The training images that cannot be read.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable { get; }

    /// <summary>The validation images that cannot be read.</summary>
    public IReadOnlyList<UnreadableImage> UnreadableValidation { get; }

    /// <summary>The classes that have training images, none of which can be read.</summary>
    public IReadOnlyList<string> UnreadableClasses { get; }

    /// <summary>How many files of the training folders are skipped, by extension: with the dot, lower case; empty for files without one.</summary>
    public IReadOnlyDictionary<string, int> SkippedFiles { get; }

    /// <summary>How many files of the validation folders are skipped, by extension. A folder that the training data reads too counts only
    /// there.</summary>
    public IReadOnlyDictionary<string, int> SkippedValidationFiles { get; }

    /// <summary>The training images that are copies of each other.</summary>
    public IReadOnlyList<DuplicateImages> Duplicates { get; }

    /// <summary>The images that are in both the training and the validation data.</summary>
    public IReadOnlyList<LeakedImage> Leakage { get; }

    /// <summary>The training data's classes, in the order of their numbers; empty if nothing is labeled.</summary>
    public IReadOnlyList<ClassCount> Classes { get; }

    /// <summary>The number of training images that have no label.</summary>
    public int UnlabeledCount { get; }

    /// <summary>Whether the validation data has the same classes in the same order; <see langword="null"/> unless both sets have classes.</summary>
    /// <remarks>Training and evaluation match classes by name. They refuse only validation classes that the training data lacks.</remarks>
    public bool? HasSameClasses { get; }

    /// <summary>The classes of the validation data that the training data lacks.</summary>
    internal IReadOnlyList<string> UnknownClasses { get; } = [];

    /// <summary>The training data's classes that have no validation image, if both sets have classes.</summary>
    internal IReadOnlyList<string> UnvalidatedClasses { get; } = [];

    /// <summary>
    /// The size of the largest class divided by the size of the smallest: at least 1, infinite if a class has no image, <see langword="null"/>
    /// without classes.
    /// </summary>
    public double? ClassImbalance => Classes.Count == 0 ? null
        : Classes.Min(each => each.Images) is > 0 and int smallest ? (double)Classes.Max(each => each.Images) / smallest
        : double.PositiveInfinity;

    /// <summary>What to check before training, as sentences for people; empty if nothing looks wrong.</summary>
    public IReadOnlyList<string> Warnings => DatasetWarnings.Of(this);

    /// <summary>A summary with the warnings, in several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Plural.Of(Count, "image"));
        text.Append(ValidationCount > 0 ? Invariant($", {ValidationCount} for validation") : string.Empty);
        if (this is { Width: { } width, Height: { } height })
            text.AppendLine().Append(Invariant($"Width {width}, height {height} pixels"));

        if (Channels is { } channels)
            text.AppendLine().Append(Invariant($"Channels: mean {Numbers(channels.Mean)}; standard deviation {Numbers(channels.StandardDeviation)}"));

        if (ClassImbalance is { } imbalance)
        {
            string sizes = double.IsFinite(imbalance) ? Invariant($"the largest {imbalance:0.0} times the smallest") : "some without an image";
            text.AppendLine().Append(Invariant($"{Plural.Of(Classes.Count, "class", "classes")}, {sizes}: "));
            text.AppendJoin(", ", Classes.Take(ClassesShown).Select(each => Invariant($"{each.Name} {each.Images}")));
            text.Append(Classes.Count > ClassesShown ? Invariant($", and {Classes.Count - ClassesShown} more") : string.Empty);
        }

        if (SkippedFileCounts.Sum([SkippedFiles, SkippedValidationFiles]) is { Count: > 0 } skipped)
        {
            text.AppendLine().Append("Skipped files: ");
            text.AppendJoin(", ", skipped.Select(each => Invariant($"{each.Value} {(each.Key.Length > 0 ? each.Key : "without extension")}")));
        }

        IReadOnlyList<string> warnings = Warnings;
        text.AppendLine().Append(warnings.Count == 0 ? "No warnings." : "Warnings:");
        foreach (string warning in warnings)
            text.AppendLine().Append("- ").Append(warning);

        return text.ToString();
    }

    private static string Numbers(IEnumerable<float> values) => string.Join(' ', values.Select(value => Invariant($"{value:0.0000}")));

    private static string? LabelsAsText(InspectedImage image) => image.Labels is null ? null : string.Join(' ', image.Labels);

    private static IEnumerable<InspectedImage> Readable(InspectedImage[] images) => images.Where(image => image.Error is null);

    private static UnreadableImage[] Failures(InspectedImage[] images) =>
        [.. images.Where(image => image.Error is not null).Select(image => new UnreadableImage(image.Name, image.Error!))];

    private static string[] Names(IEnumerable<InspectedImage> images) => [.. images.Select(image => image.Name)];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How many images a class has.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">Its images in the training data, unreadable ones included.</param>
public readonly record struct ClassCount(string Name, int Images);

/// <summary>Images of one dataset with the same content, byte for byte.</summary>
/// <param name="Names">Their paths or names, two or more, in the dataset's order.</param>
/// <param name="HasDifferentLabels">Whether they do not all have the same label.</param>
public sealed record DuplicateImages(IReadOnlyList<string> Names, bool HasDifferentLabels);

/// <summary>The widths, or heights, of a dataset's images, upright.</summary>
/// <param name="Minimum">The smallest, in pixels.</param>
/// <param name="Median">The median, in pixels: for an even number of images, the mean of the two middle values.</param>
/// <param name="Maximum">The largest, in pixels.</param>
public readonly record struct ImageExtent(int Minimum, double Median, int Maximum)
{
    /// <summary>The three numbers as text, for example <c>32 to 640 (median 480)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Minimum} to {Maximum} (median {Median})");

    internal static ImageExtent? Of(IEnumerable<int> pixels)
    {
        int[] sorted = [.. pixels.Order()];
        return sorted.Length == 0
            ? null
            : new ImageExtent(sorted[0], (sorted[(sorted.Length - 1) / 2] + (double)sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}

/// <summary>Content that is in both the training and the validation data, byte for byte.</summary>
/// <param name="TrainingNames">The paths or names it has in the training data, one or more.</param>
/// <param name="ValidationNames">The paths or names it has in the validation data, one or more.</param>
public sealed record LeakedImage(IReadOnlyList<string> TrainingNames, IReadOnlyList<string> ValidationNames);

/// <summary>An image that cannot be read.</summary>
/// <param name="Name">Its path or name.</param>
/// <param name="Error">Why it cannot be read.</param>
public sealed record UnreadableImage(string Name, Exception Error);
