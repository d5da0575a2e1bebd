using System.Net.Sockets;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Datasets;

/// <summary>Which files of a folder are images, and what becomes of the others.</summary>
public sealed class ImageFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_EveryExtensionOfADecodedFormat_Counts()
    {
        string[] extensions = [".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".apng", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff"];
        Assert.Equal(extensions.Order(), ImageDecoder.FileExtensions.Order());
        Write([.. extensions.Select(extension => "lower" + extension), .. extensions.Select(extension => "UPPER" + extension.ToUpperInvariant())]);
        Assert.Equal(2 * extensions.Length, ImageFolder.Open(_folder.Path).Count);
    }

    [Theory]
    [InlineData("@eaDir/1.jpg@SynoEAStream.jpg")]
    [InlineData("a/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg")]
    [InlineData("a/#recycle/1.jpg")]
    [InlineData("#snapshot/1.jpg")]
    [InlineData("@Recycle/1.jpg")]
    [InlineData(".@__thumb/1.jpg")]
    [InlineData(".thumbnails/1.jpg")]
    [InlineData("__MACOSX/a/1.jpg")]
    [InlineData("a/._1.jpg")]
    [InlineData("$RECYCLE.BIN/1.jpg")]
    [InlineData("$Recycle.Bin/1.jpg")]
    [InlineData("System Volume Information/1.jpg")]
    [InlineData("lost+found/1.jpg")]
    [InlineData("a/Thumbs.db")]
    [InlineData("a/desktop.ini")]
    public void Open_WhatSystemsLeaveBehind_DoesNotCount(string left)
    {
        Write("a/1.png", left);
        ImageFolder all = ImageFolder.Open(_folder.Path);
        Assert.Equal((1, 0, 1), (all.Count, all.SkippedFiles.Count, all.SystemEntries));
        ImageFolder labeled = ImageFolder.OpenLabeled(_folder.Path);
        Assert.Equal(["a"], labeled.ClassNames);
        Assert.Equal(1, labeled.SystemEntries);
    }

    [Fact]
    public void Open_FolderThatIsCalledLikeASystems_CountsWhenItIsNamed()
    {
        Write("@eaDir/1.jpg");
        Assert.Equal(1, ImageFolder.Open(_folder.File("@eaDir")).Count);
    }

    [Fact]
    public async Task Inspect_OtherFiles_AreCountedByExtensionWithAWarningAboutImages()
    {
        Write("a/1.HEIC", "a/2.heic", "b/3.psd", "b/notes.txt", "README");
        File.Copy(DrawnImages.Save(_folder, 1), _folder.File("a/1.png"));
        File.Move(_folder.File("0001.png"), _folder.File("b/1.png"));
        ImageFolder labeled = ImageFolder.OpenLabeled(_folder.Path);
        Assert.Equal([("", 1), (".heic", 2), (".psd", 1), (".txt", 1)], labeled.SkippedFiles.Select(each => (each.Key, each.Value)));
        DatasetReport report = await labeled.InspectAsync();
        Assert.Equal(labeled.SkippedFiles, report.SkippedFiles);
        Assert.Empty(report.SkippedValidationFiles);
        Assert.Contains(
            "The training folders hold images in formats that are not read: 2 .heic, 1 .psd.", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("Skipped files: 1 without extension, 2 .heic, 1 .psd, 1 .txt", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The files of a folder that was split were once counted twice, and warned of twice.</summary>
    [Fact]
    public async Task Inspect_FolderInSeveralParts_CountsItsFilesOnce()
    {
        Write("a/1.heic", "a/1.png", "a/2.png", "b/1.png", "b/2.png");
        ImageFolder labeled = ImageFolder.OpenLabeled(_folder.Path);
        DatasetSplit split = DatasetSplit.Stratified(labeled, 0.5, 1);
        DatasetReport report = await split.Training.InspectAsync(split.Validation);
        Assert.Equal((1, 0), (report.SkippedFiles[".heic"], report.SkippedValidationFiles.Count));
        Assert.Single(report.Warnings, warning => warning.Contains("formats that are not read: 1 .heic.", StringComparison.Ordinal));
        report = await new ConcatenatedDataset(split.Training, labeled).InspectAsync(ImageFolder.Open(_folder.File("a")));
        Assert.Equal((1, 1), (report.SkippedFiles[".heic"], report.SkippedValidationFiles[".heic"]));
    }

    [Fact]
    public void Open_OnlyOtherFormats_NamesThem()
    {
        Write("a/1.heic", "a/2.heic");
        Assert.Contains(
            "formats that are not read: 2 .heic. Convert",
            Assert.Throws<DatasetException>(() => ImageFolder.Open(_folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "formats that are not read: 2 .heic. Convert",
            Assert.Throws<DatasetException>(() => ImageFolder.OpenLabeled(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_PipeInAFolder_IsUnreadableAndNotWaitedFor()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        DrawnImages.Save(_folder, 1);
        UnixFiles.Pipe(_folder.File("pipe.jpg"));
        using Socket socket = UnixFiles.Socket(_folder.File("socket.png"));
        DatasetReport report = await ImageFolder.Open(_folder.Path).InspectAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((3, 2), (report.Count, report.Unreadable.Count));
        Assert.All(report.Unreadable, each => Assert.Equal(ImageFault.NotAFile, Assert.IsType<ImageFormatException>(each.Error).Fault));
    }

    [Theory]
    [InlineData("cat", " cat", "' cat' and 'cat' differ only by")]
    [InlineData("cat", "Cat", "'Cat' and 'cat' differ only by")]
    [InlineData("wild cat", "wild  cat", "'wild  cat' and 'wild cat' differ only by")]
    [InlineData("caf\u00e9", "cafe\u0301", "differ only by")]
    [InlineData("cat", "dog ", "1 class name begins or ends with white space: 'dog '.")]
    [InlineData("cat", "dog", null)]
    public async Task Inspect_ClassesThatLookTheSame_AreWarnedOf(string one, string other, string? warning)
    {
        ImageList list = ImageList.FromLabeled(
            [(ImageSource.FromImage(DrawnImages.Draw(1)), one), (ImageSource.FromImage(DrawnImages.Draw(2)), other)]);
        IReadOnlyList<string> warnings = (await list.InspectAsync()).Warnings;
        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.All(warnings, found => Assert.Contains(warning!, found, StringComparison.Ordinal));
    }

    /// <summary>There was once a warning for each name, and the time grew with the square of their number.</summary>
    [Fact]
    public void Warnings_ManyNamesWithWhiteSpace_AreOne()
    {
        ImageList list = ImageList.FromLabeled(Enumerable.Range(0, 20_000).Select(i => ((ImageSource)"a.png", $"{i:00000} ")));
        string warning = Assert.Single(DatasetWarnings.Of(list, "training").Take(2));
        Assert.StartsWith("20000 class names begin or end with white space: '00000 ', '00001 ', ", warning, StringComparison.Ordinal);
        Assert.Contains("'00019 ' and 19980 more. Remove it", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_ClassThatCannotBeRead_IsWarnedOf()
    {
        ImageList list = ImageList.FromLabeled([(ImageSource.FromImage(DrawnImages.Draw(1)), "a"), (ImageSource.FromBytes(default, "empty"), "b")]);
        DatasetReport report = await list.InspectAsync();
        Assert.Equal(["b"], report.UnreadableClasses);
        Assert.Contains("No training image of these classes can be read: b.", report.Warnings);
    }

    private void Write(params string[] names)
    {
        foreach (string name in names)
        {
            string path = _folder.File(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "not opened");
        }
    }
}
