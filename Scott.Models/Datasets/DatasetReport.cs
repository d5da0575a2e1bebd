namespace Scott.Models.Datasets;

/// <summary>What <see cref="DatasetInspector"/> found. Immutable.</summary>
public sealed class DatasetReport
{
    internal DatasetReport(IImageDataset trainingSet, ExaminedPicture[] training, IImageDataset? validationSet, ExaminedPicture[] validation)
    {
        (IReadOnlyList<string> classNames, IReadOnlyList<string>? validationClassNames) = (trainingSet.ClassNames, validationSet?.ClassNames);
        Count = training.Length;
        ValidationCount = validation.Length;
        Width = PictureExtent.Of(training.Where(picture => picture.Error is null).Select(picture => picture.Width));
        Height = PictureExtent.Of(training.Where(picture => picture.Error is null).Select(picture => picture.Height));
        Unreadable = Failures(training);
        UnreadableValidation = Failures(validation);
        Duplicates = [.. ByContent(training)
            .Where(same => same.Count() > 1)
            .Select(same => new DuplicatePictures([.. same.Select(picture => picture.Name)], same.Select(picture => picture.Label).Distinct().Count() > 1))];
        ILookup<UInt128, ExaminedPicture> measured = validation.Where(picture => picture.Error is null).ToLookup(picture => picture.Hash);
        Leakage = [.. ByContent(training)
            .Where(same => measured.Contains(same.Key))
            .Select(same => new LeakedPicture([.. same.Select(picture => picture.Name)], [.. measured[same.Key].Select(picture => picture.Name)]))];
        ILookup<int?, ExaminedPicture> byLabel = training.ToLookup(picture => picture.Label);
        Classes = [.. classNames.Select((name, label) => new ClassCount(name, byLabel[label].Count()))];
        UnreadableClasses = [.. classNames.Where((_, label) => byLabel[label].Any() && byLabel[label].All(picture => picture.Error is not null))];
        PassedOver = PassedOverFiles.Of(trainingSet);
        PassedOverValidation = PassedOverFiles.Of(validationSet);
        UnlabeledCount = byLabel[null].Count();
        HasSameClasses = classNames.Count > 0 && validationClassNames?.Count > 0 ? classNames.SequenceEqual(validationClassNames, StringComparer.Ordinal) : null;
    }

    /// <summary>The training pictures, unreadable ones included.</summary>
    public int Count { get; }

    /// <summary>The validation pictures, unreadable ones included; 0 without such a set.</summary>
    public int ValidationCount { get; }

    /// <summary>The training pictures' widths; <see langword="null"/> if none can be read.</summary>
    public PictureExtent? Width { get; }

    /// <summary>The training pictures' heights; <see langword="null"/> if none can be read.</summary>
    public PictureExtent? Height { get; }

    /// <summary>The training pictures that cannot be read.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable { get; }

    /// <summary>The validation pictures that cannot be read.</summary>
    public IReadOnlyList<UnreadablePicture> UnreadableValidation { get; }

    /// <summary>The classes that have training images, none of which can be read.</summary>
    public IReadOnlyList<string> UnreadableClasses { get; }

    /// <summary>How many files of the training folders do not count for their extension, by extension: with the dot, lower case; empty for files without one.</summary>
    public IReadOnlyDictionary<string, int> PassedOver { get; }

    /// <summary>The same of the validation folders.</summary>
    public IReadOnlyDictionary<string, int> PassedOverValidation { get; }

    /// <summary>The training pictures that are copies of each other.</summary>
    public IReadOnlyList<DuplicatePictures> Duplicates { get; }

    /// <summary>What is in both the training and the validation data.</summary>
    public IReadOnlyList<LeakedPicture> Leakage { get; }

    /// <summary>The training data's classes, in the order of their numbers; empty if nothing is labelled.</summary>
    public IReadOnlyList<ClassCount> Classes { get; }

    /// <summary>The training pictures that have no label.</summary>
    public int UnlabeledCount { get; }

    /// <summary>Whether the validation data has the same classes in the same order; <see langword="null"/> unless both sets have classes.</summary>
    public bool? HasSameClasses { get; }

    /// <summary>
    /// The pictures of the largest class over those of the smallest, at least 1; infinite if a class has none, <see langword="null"/> without classes.
    /// </summary>
    public double? ClassImbalance => Classes.Count == 0 ? null : (double)Classes.Max(each => each.Pictures) / Classes.Min(each => each.Pictures);

    /// <summary>What should be looked at before training, in plain words; empty if nothing.</summary>
    public IReadOnlyList<string> Warnings => DatasetReportText.Warnings(this);

    /// <summary>A summary with the warnings, in several lines.</summary>
    public override string ToString() => DatasetReportText.Summary(this);

    private static UnreadablePicture[] Failures(ExaminedPicture[] pictures) =>
        [.. pictures.Where(picture => picture.Error is not null).Select(picture => new UnreadablePicture(picture.Name, picture.Error!))];

    private static IEnumerable<IGrouping<UInt128, ExaminedPicture>> ByContent(ExaminedPicture[] pictures) =>
        pictures.Where(picture => picture.Error is null).GroupBy(picture => picture.Hash);
}
