using System.Globalization;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Datasets;

public sealed class DatasetInspectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_SoundImages_GivesNumbersAndNoWarning()
    {
        ImageList dataset = ImageList.FromSources([Encoded(1, 30, 20), Encoded(2, 60, 40), Encoded(3, 31, 90), Encoded(4, 40, 10)]);
        DatasetReport report = await DatasetInspector.InspectAsync(dataset);
        Assert.Equal((4, 0), (report.Count, report.ValidationCount));
        Assert.Equal(new ImageExtent(30, 35.5, 60), report.Width);
        Assert.Equal(new ImageExtent(10, 30, 90), report.Height);
        Assert.Empty(report.Warnings);
        Assert.Equal((null, null), (report.ClassImbalance, report.HasSameClasses));
        string[] lines = report.ToString().Split(Environment.NewLine);
        Assert.Equal(["4 images", "Width 30 to 60 (median 35.5), height 10 to 90 (median 30) pixels", "No warnings."], [.. lines[..2], lines[3]]);
        Assert.Matches(@"^Channels: mean 0\.\d{4} 0\.\d{4} 0\.\d{4}; standard deviation 0\.\d{4} 0\.\d{4} 0\.\d{4}$", lines[2]);
    }

    /// <summary>Every image counts alike, whatever its size; gray ones count for every channel.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Inspect_Channels_HaveTheirMeanAndDeviation(int channels)
    {
        var random = new Random(channels);
        (int Width, int Height)[] sizes = [(9, 7), (30, 20), (5, 40)];
        ushort[][] images = [.. sizes.Select(size => Enumerable.Range(0, size.Width * size.Height * channels)
            .Select(i => (ushort)random.Next(1000 * (1 + (i % channels)), 20_000)).ToArray())];
        ImageSource[] sources = [.. images.Zip(sizes, (samples, size) => ImageSource.FromPixels(samples, size.Width, size.Height, channels))];
        var decoding = new ImageDecodingOptions { Channels = channels };
        foreach (SampleRange? range in new[] { null, SampleRange.Fixed(5000, 15_000) })
        {
            (double low, double high) = range is null ? (0, ushort.MaxValue) : (range.Low, range.High);
            DatasetReport report = await ImageList.FromSources(sources).InspectAsync(null, decoding, range);
            Assert.Equal((channels, channels), (report.Channels!.Mean.Count, report.Channels.StandardDeviation.Count));
            for (int channel = 0; channel < channels; channel++)
            {
                double[][] values = [.. images.Select(samples => samples.Where((_, i) => i % channels == channel)
                    .Select(value => Math.Clamp((value - low) / (high - low), 0, 1)).ToArray())];
                double mean = values.Average(each => each.Average()), square = values.Average(each => each.Average(value => value * value));
                Assert.Equal(mean, report.Channels.Mean[channel], 1e-6);
                Assert.Equal(Math.Sqrt(square - (mean * mean)), report.Channels.StandardDeviation[channel], 1e-6);
            }
        }
    }

    [Fact]
    public async Task Inspect_EightBits_HaveTheMeanAndDeviationOfTheirBytes()
    {
        RgbImage image = DrawnImages.Draw(3);
        DatasetReport report = await ImageList.FromSources([ImageSource.FromImage(image)]).InspectAsync();
        DatasetReport gray = await ImageList.FromSources([ImageSource.FromImage(image)])
            .InspectAsync(decoding: new ImageDecodingOptions { Channels = 1 });
        for (int channel = 0; channel < 3; channel++)
        {
            double[] values = [.. image.Pixels.ToArray().Where((_, i) => i % 3 == channel).Select(value => value / 255.0)];
            double mean = values.Average(), square = values.Average(value => value * value);
            Assert.Equal(mean, report.Channels!.Mean[channel], 1e-6);
            Assert.Equal(Math.Sqrt(square - (mean * mean)), report.Channels.StandardDeviation[channel], 1e-6);
        }

        Assert.Single(gray.Channels!.Mean);
        Assert.Null((await ImageList.FromSources([ImageSource.FromBytes(new byte[4])]).InspectAsync()).Channels);
    }

    [Fact]
    public async Task Inspect_UnreadableImages_AreNamedWithTheirErrors()
    {
        byte[] png = DrawnImages.Draw(2).EncodePng();
        ImageList dataset = ImageList.FromSources(
        [
            Encoded(1), ImageSource.FromBytes(png.AsMemory(0, png.Length / 2), "cut"), ImageSource.FromBytes(default, "empty"),
            _folder.File("missing.png"),
        ]);
        DatasetReport report = await DatasetInspector.InspectAsync(dataset);
        Assert.Equal(["cut", "empty", _folder.File("missing.png")], report.Unreadable.Select(image => image.Name));
        Assert.Equal(ImageFault.Truncated, Assert.IsType<ImageFormatException>(report.Unreadable[0].Error).Fault);
        Assert.IsType<FileNotFoundException>(report.Unreadable[2].Error);
        Assert.StartsWith("3 of 4 training images cannot be read. The first: cut: ", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.Equal(90, report.Width!.Value.Minimum);
    }

    [Fact]
    public async Task Inspect_OnlyUnreadableImages_HasNoSizes()
    {
        DatasetReport report = await DatasetInspector.InspectAsync(
            ImageList.FromSources([ImageSource.FromBytes(default, "x"), ImageSource.FromBytes(default, "y")]));
        Assert.Equal((null, null), (report.Width, report.Height));
        Assert.Empty(report.Duplicates);
    }

    [Fact]
    public async Task Inspect_Copies_AreGroupedAndContradictingLabelsTold()
    {
        ImageList dataset = ImageList.FromLabeled(
        [
            (Encoded(1, name: "1"), "a"), (Encoded(2, name: "2"), "a"), (Encoded(1, name: "1 again"), "b"), (Drawn(5, "5"), "b"),
            (Drawn(5, "5 again"), "b"), (Encoded(1, name: "1 more"), "a"),
        ]);
        DatasetReport report = await DatasetInspector.InspectAsync(dataset);
        Assert.Equal([["1", "1 again", "1 more"], ["5", "5 again"]], report.Duplicates.Select(same => same.Names));
        Assert.Equal([true, false], report.Duplicates.Select(same => same.HasDifferentLabels));
        Assert.Equal(
            [
                "3 training images are exact copies of others and count more than once. The first: 1 again is 1.",
                "1 training image has copies with different labels. The first: 1 and 1 again and 1 more.",
            ],
            report.Warnings);
    }

    [Fact]
    public async Task Inspect_ImagesInBothSets_AreLeaks()
    {
        ImageList training = ImageList.FromSources([Encoded(1, name: "t1"), Encoded(2, name: "t2"), Encoded(3, name: "t3")]);
        ImageList validation = ImageList.FromSources(
            [Encoded(4, name: "v4"), Encoded(3, name: "v3"), ImageSource.FromBytes(default, "bad"), Encoded(3, name: "v3 again")]);
        DatasetReport report = await DatasetInspector.InspectAsync(training, validation);
        LeakedImage leak = Assert.Single(report.Leakage);
        Assert.Equal(["t3"], leak.TrainingNames);
        Assert.Equal(["v3", "v3 again"], leak.ValidationNames);
        Assert.Equal("bad", Assert.Single(report.UnreadableValidation).Name);
        Assert.Contains("2 of 4 validation images are in the training data too", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 images, 4 for validation", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Classes_AreCountedAndImbalanceTold()
    {
        ImageList training = ImageList.FromLabeled(Enumerable.Range(0, 8).Select(i => (Encoded(i), i < 6 ? "many" : "few")));
        DatasetReport report = await DatasetInspector.InspectAsync(training, ImageList.FromLabeled([(Encoded(20), "many")]));
        Assert.Equal([new ClassCount("few", 2), new ClassCount("many", 6)], report.Classes);
        Assert.Equal((3, 0), (report.ClassImbalance, report.UnlabeledCount));
        Assert.Equal(
            [
                "These classes have no validation image: few.",
                "The class many has 6 images, few only 2; training will favor large classes.",
            ],
            report.Warnings);
        Assert.Contains("2 classes, the largest 3.0 times the smallest: few 2, many 6", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Training and evaluation match classes by name, so that another order does no harm.</summary>
    [Fact]
    public async Task Inspect_ClassesOfValidation_AreComparedByName()
    {
        var training = new Labels(["a", "b"], 0, 1);
        DatasetReport report = await training.InspectAsync(new Labels(["b", "a"], 0, 1));
        Assert.False(report.HasSameClasses);
        Assert.DoesNotContain(report.Warnings, warning => warning.Contains("class", StringComparison.Ordinal));
        report = await training.InspectAsync(new Labels(["c", "a"], 0, 1));
        Assert.Contains("Training and evaluation refuse validation classes that the training data lacks: c.", report.Warnings);
        Assert.Contains("These classes have no validation image: b.", report.Warnings);
    }

    [Fact]
    public async Task Inspect_ClassesWithoutImages_AreInfinitelyUnbalanced()
    {
        DatasetReport report = await new Labels(["a", "b"], null, null).InspectAsync();
        Assert.Equal(double.PositiveInfinity, report.ClassImbalance);
        Assert.Contains("2 classes, some without an image: a 0, b 0", report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(report.Warnings, warning => warning.Contains("favor", StringComparison.Ordinal));
        report = await new Labels(["a", "b"], 0, 0).InspectAsync();
        Assert.Equal(double.PositiveInfinity, report.ClassImbalance);
        Assert.Contains("The class a has 2 images, b only 0; training will favor large classes.", report.Warnings);
    }

    [Fact]
    public async Task Inspect_PlainImagesAgainstLabeled_ComparesNoClasses()
    {
        // Pre-training data beside the test set of a later task: only the leaks matter.
        DatasetReport report = await ImageList.FromSources([Encoded(1)]).InspectAsync(ImageList.FromLabeled([(Encoded(2), "a")]));
        Assert.Null(report.HasSameClasses);
        Assert.Empty(report.Warnings);
        Assert.True((await ImageList.FromLabeled([(Encoded(1), "a")]).InspectAsync(ImageList.FromLabeled([(Encoded(2), "a")]))).HasSameClasses);
    }

    [Fact]
    public async Task Inspect_LimitedPixels_AreTheCallers()
    {
        DatasetReport report = await ImageList.FromSources([Encoded(1, 30, 20), Encoded(2, 60, 40)]).InspectAsync(
            decoding: new ImageDecodingOptions { MaximumPixels = 600 });
        Assert.Equal(ImageFault.TooManyPixels, Assert.IsType<ImageFormatException>(Assert.Single(report.Unreadable).Error).Fault);
        await Assert.ThrowsAsync<ScottConfigurationException>(
            () => ImageList.FromSources([Encoded(1)]).InspectAsync(decoding: new ImageDecodingOptions { MaximumPixels = 0 }));
    }

    [Fact]
    public async Task Inspect_LabelOfNoClass_NamesTheImage()
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => new Labels(["a", "b"], 0, 1, 2).InspectAsync());
        Assert.Equal("image 2", error.Name);
        Assert.StartsWith(
            "The image 'image 2' cannot be used: its label is 2; expected the number of one of the 2 classes", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_NegativeLabel_IsWrittenAlikeInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NegativeSign = "minus ";
        try
        {
            CultureInfo.CurrentCulture = other;
            DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => new Labels(["a", "b"], -1).InspectAsync());
            Assert.Contains("its label is -1; expected", error.Message, StringComparison.Ordinal);
            Assert.Equal(error.Message, Assert.Throws<DatasetException>(() => LabeledClasses.LabelsOf(new Labels(["a", "b"], -1), 0)).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Inspect_Progress_CountsEveryImageOnce()
    {
        var progress = new Recorder();
        await DatasetInspector.InspectAsync(
            ImageList.FromSources([Encoded(1), ImageSource.FromBytes(default)]), ImageList.FromSources([Encoded(2)]), progress: progress);
        Assert.Equal([1, 2, 3], progress.Reports.Select(report => report.Completed));
        Assert.All(progress.Reports, report => Assert.Equal(3, report.Total));
        Assert.Equal((1, TimeSpan.Zero), (progress.Reports[2].Unreadable, progress.Reports[2].Remaining));
    }

    [Fact]
    public async Task Inspect_Canceled_Ends()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Recorder { OnReport = stop.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DatasetInspector.InspectAsync(
                ImageList.FromSources(Enumerable.Range(0, 200).Select(i => Encoded(i, 8, 8))), progress: progress, cancellationToken: stop.Token));
        Assert.True(progress.Reports.Count < 200);
    }

    private static ImageSource Encoded(int index, int width = 90, int height = 70, string name = "drawn") =>
        ImageSource.FromBytes(DrawnImages.Draw(index, width, height).EncodePng(), name);

    private static ImageSource Drawn(int index, string name) => ImageSource.FromImage(DrawnImages.Draw(index), name);

    /// <summary>An app's own dataset: its classes can have any order, and its labels can be wrong.</summary>
    private sealed class Labels(string[] classNames, params int?[] labels) : IImageDataset
    {
        public int Count => labels.Length;

        public IReadOnlyList<string> ClassNames => classNames;

        public string NameOf(int index) => $"image {index}";

        public ImageSource SourceOf(int index) => Encoded(index);

        public int? LabelOf(int index) => labels[index];
    }

    /// <summary>Keeps the reports at once, which <see cref="Progress{T}"/> does later, on another thread.</summary>
    private sealed class Recorder : IProgress<InspectionProgress>
    {
        public List<InspectionProgress> Reports { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(InspectionProgress value)
        {
            Reports.Add(value);
            OnReport?.Invoke();
        }
    }
}
