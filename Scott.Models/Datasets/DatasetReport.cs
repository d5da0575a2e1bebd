namespace Scott.Models.Datasets;

/// <summary>What <see cref="DatasetInspector"/> found. Immutable.</summary>
public sealed class DatasetReport
{
    internal DatasetReport(IImageDataset trainingSet, ExaminedImage[] training, IImageDataset? validationSet, ExaminedImage[] validation)
    {
        (IReadOnlyList<string> classNames, IReadOnlyList<string>? validationClassNames) = (trainingSet.ClassNames, validationSet?.ClassNames);
        Count = training.Length;
        ValidationCount = validation.Length;
        Width = ImageExtent.Of(training.Where(image => image.Error is null).Select(image => image.Width));
        Height = ImageExtent.Of(training.Where(image => image.Error is null).Select(image => image.Height));
        Unreadable = Failures(training);
        UnreadableValidation = Failures(validation);
        Duplicates = [.. ByContent(training)
            .Where(same => same.Count() > 1)
            .Select(same => new DuplicateImages([.. same.Select(image => image.Name)], same.Select(image => image.Label).Distinct().Count() > 1))];
        ILookup<UInt128, ExaminedImage> measured = validation.Where(image => image.Error is null).ToLookup(image => image.Hash);
        Leakage = [.. ByContent(training)
            .Where(same => measured.Contains(same.Key))
            .Select(same => new LeakedImage([.. same.Select(image => image.Name)], [.. measured[same.Key].Select(image => image.Name)]))];
        ILookup<int?, ExaminedImage> byLabel = training.ToLookup(image => image.Label);
        Classes = [.. classNames.Select((name, label) => new ClassCount(name, byLabel[label].Count()))];
        UnreadableClasses = [.. classNames.Where((_, label) => byLabel[label].Any() && byLabel[label].All(image => image.Error is not null))];
        PassedOver = PassedOverFiles.Of(trainingSet);
        PassedOverValidation = PassedOverFiles.Of(validationSet);
        UnlabeledCount = byLabel[null].Count();
        HasSameClasses = classNames.Count > 0 && validationClassNames?.Count > 0 ? classNames.SequenceEqual(validationClassNames, StringComparer.Ordinal) : null;
    }

    /// <summary>The training images, unreadable ones included.</summary>
    public int Count { get; }

    /// <summary>The validation images, unreadable ones included; 0 without such a set.</summary>
    public int ValidationCount { get; }

    /// <summary>The training images' widths; <see langword="null"/> if none can be read.</summary>
    public ImageExtent? Width { get; }

    /// <summary>The training images' heights; <see langword="null"/> if none can be read.</summary>
    public ImageExtent? Height { get; }

    /// <summary>The training images that cannot be read.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable { get; }

    /// <summary>The validation images that cannot be read.</summary>
    public IReadOnlyList<UnreadableImage> UnreadableValidation { get; }

    /// <summary>The classes that have training images, none of which can be read.</summary>
    public IReadOnlyList<string> UnreadableClasses { get; }

    /// <summary>How many files of the training folders do not count for their extension, by extension: with the dot, lower case; empty for files without one.</summary>
    public IReadOnlyDictionary<string, int> PassedOver { get; }

    /// <summary>The same of the validation folders.</summary>
    public IReadOnlyDictionary<string, int> PassedOverValidation { get; }

    /// <summary>The training images that are copies of each other.</summary>
    public IReadOnlyList<DuplicateImages> Duplicates { get; }

    /// <summary>What is in both the training and the validation data.</summary>
    public IReadOnlyList<LeakedImage> Leakage { get; }

    /// <summary>The training data's classes, in the order of their numbers; empty if nothing is labeled.</summary>
    public IReadOnlyList<ClassCount> Classes { get; }

    /// <summary>The training images that have no label.</summary>
    public int UnlabeledCount { get; }

    /// <summary>Whether the validation data has the same classes in the same order; <see langword="null"/> unless both sets have classes.</summary>
    public bool? HasSameClasses { get; }

    /// <summary>
    /// The images of the largest class over those of the smallest, at least 1; infinite if a class has none, <see langword="null"/> without classes.
    /// </summary>
    public double? ClassImbalance => Classes.Count == 0 ? null : (double)Classes.Max(each => each.Images) / Classes.Min(each => each.Images);

    /// <summary>What should be looked at before training, in plain words; empty if nothing.</summary>
    public IReadOnlyList<string> Warnings => DatasetReportText.Warnings(this);

    /// <summary>A summary with the warnings, in several lines.</summary>
    public override string ToString() => DatasetReportText.Summary(this);

    private static UnreadableImage[] Failures(ExaminedImage[] images) =>
        [.. images.Where(image => image.Error is not null).Select(image => new UnreadableImage(image.Name, image.Error!))];

    private static IEnumerable<IGrouping<UInt128, ExaminedImage>> ByContent(ExaminedImage[] images) =>
        images.Where(image => image.Error is null).GroupBy(image => image.Hash);
}
