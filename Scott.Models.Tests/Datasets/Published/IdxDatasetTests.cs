using System.Buffers.Binary;
using System.IO.Compression;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Datasets;

public sealed class IdxDatasetTests : IDisposable
{
    private const string TrainImages = "train-images-idx3-ubyte";
    private const string TrainLabels = "train-labels-idx1-ubyte";

    private readonly TemporaryFolder _folder = new();

    public IdxDatasetTests()
    {
        Write(TrainImages, Idx([3, 2, 4], Pixels(3 * 8)));
        Write(TrainLabels, Idx([3], [2, 1, 2]));
        Write("t10k-images-idx3-ubyte.gz", Zip(Idx([2, 2, 4], Pixels(2 * 8))));
        Write("t10k-labels.idx1-ubyte", Idx([2], [1, 2]));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_PlainAndZipped_GivesTheSamePixels()
    {
        IdxDataset dataset = await OpenAsync();
        Assert.Equal(["1", "2"], dataset.Train.ClassNames);
        Assert.Equal([1, 0, 1], DatasetAssert.Labels(dataset.Train));
        Assert.Equal([0, 1], DatasetAssert.Labels(dataset.Test));
        Assert.Equal(_folder.File(TrainImages) + "#2", dataset.Train.NameOf(2));
        RgbImage image = await ImageDecoder.DecodeAsync(dataset.Test.SourceOf(1));
        Assert.Equal((4, 2), (image.Width, image.Height));
        Assert.Equal(Pixels(16)[8..].SelectMany(gray => new[] { gray, gray, gray }), image.Pixels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Test.SourceOf(2));
    }

    [Fact]
    public async Task Open_NamesGiven_NumbersByThem()
    {
        Write(TrainLabels, Idx([3], [0, 1, 0]));
        Write("t10k-labels.idx1-ubyte", Idx([2], [1, 0]));
        IdxDataset dataset = await IdxDataset.OpenAsync(_folder.Path, ["top", "bag"]);
        Assert.Equal(["top", "bag"], dataset.Test.ClassNames);
        Assert.Equal([0, 1, 0], DatasetAssert.Labels(dataset.Train));
        await Assert.ThrowsAsync<ArgumentException>(() => IdxDataset.OpenAsync(_folder.Path, ["top", "top"]));
    }

    [Fact]
    public async Task OpenFiles_AnyNames_GivesOnePart()
    {
        IImageDataset part = await IdxDataset.OpenFilesAsync(_folder.File(TrainImages), _folder.File(TrainLabels));
        Assert.Equal([1, 0, 1], DatasetAssert.Labels(part));
        await Assert.ThrowsAsync<FileNotFoundException>(() => IdxDataset.OpenFilesAsync(_folder.File("none"), _folder.File(TrainLabels)));
    }

    [Fact]
    public async Task Inspect_RawImages_ReadsThemAll()
    {
        DatasetReport report = await (await OpenAsync()).Train.InspectAsync();
        Assert.Equal((3, 4.0, 0), (report.Count, report.Width!.Value.Median, report.Unreadable.Count));
    }

    [Fact]
    public Task Open_WrongMagic_NamesTheFile()
    {
        byte[] bytes = Idx([3, 2, 4], Pixels(24));
        bytes[0] = 1;
        return FailsAsync(TrainImages, bytes, DatasetFault.WrongMagic, "it begins with 01000803; expected 00 00 08 03");
    }

    [Fact]
    public Task Open_OtherElementType_NamesTheFile()
    {
        byte[] bytes = Idx([3, 2, 4], Pixels(24));
        bytes[2] = 0x0d;
        return FailsAsync(TrainImages, bytes, DatasetFault.ElementType, "it begins with 00000d03; expected 00 00 08 03, an array of bytes with 3 dimensions");
    }

    [Fact]
    public Task Open_OtherNumberOfDimensions_NamesTheFile() =>
        FailsAsync(TrainLabels, Idx([3, 2, 4], Pixels(24)), DatasetFault.Shape, "it begins with 00000803; expected 00 00 08 01");

    [Theory]
    [InlineData(3, -2, 4)]
    [InlineData(int.MaxValue, int.MaxValue, 4)]
    public Task Open_ImpossibleDimensions_NamesTheFile(int count, int height, int width) =>
        FailsAsync(TrainImages, Idx([count, height, width], Pixels(24)), DatasetFault.Shape, $"its dimensions are {count}×{height}×{width}");

    [Fact]
    public async Task Open_CutFile_IsTruncated()
    {
        byte[] bytes = Idx([3, 2, 4], Pixels(24));
        await FailsAsync(TrainImages, bytes[..^1], DatasetFault.Truncated, "it has 23 bytes after the header; expected 24, as its dimensions are 3×2×4");
        await FailsAsync(TrainImages, bytes[..7], DatasetFault.Truncated, "it has 7 bytes; expected 00 00 08 03");
    }

    [Fact]
    public Task Open_BytesAfterTheEnd_IsTrailingBytes() =>
        FailsAsync(TrainLabels, [.. Idx([3], [2, 1, 2]), 0], DatasetFault.TrailingBytes, "it has 4 bytes after the header; expected 3");

    [Fact]
    public async Task Open_CutOrDamagedGzip_IsFound()
    {
        File.Delete(_folder.File(TrainLabels));
        byte[] bytes = Zip(Idx([3], [2, 1, 2]));
        await FailsAsync(TrainLabels + ".gz", bytes[..^10], DatasetFault.Truncated, "it has ");
        bytes[^6] ^= 1;
        await FailsAsync(TrainLabels + ".gz", bytes, DatasetFault.CompressedData, "its compressed data is damaged");
    }

    [Fact]
    public Task Open_NoImages_SaysSo() => FailsAsync(TrainImages, Idx([0, 28, 28], []), DatasetFault.NoImages, "its dimensions are 0×28×28");

    [Fact]
    public Task Open_OtherNumberOfLabels_NamesBothFiles() =>
        FailsAsync(TrainLabels, Idx([2], [2, 1]), DatasetFault.CountMismatch, $"it has 2 labels; expected 3, one for each image of '{_folder.File(TrainImages)}'");

    [Fact]
    public async Task Open_LabelWithoutAName_NamesIt() => await DatasetAssert.FailsAsync(
        () => IdxDataset.OpenAsync(_folder.Path, ["a", "b"]), DatasetFault.LabelOutOfRange, _folder.File(TrainLabels), "label 1 is 2; expected the number of one of the 2 classes");

    [Fact]
    public async Task Open_ClassWithoutImages_NamesIt()
    {
        await FailsAsync(TrainLabels, Idx([3], [1, 1, 1]), DatasetFault.EmptyClass, "of its part train the class has no image: 2");
        Write(TrainLabels, Idx([3], [2, 1, 2]));
        await DatasetAssert.FailsAsync(
            () => IdxDataset.OpenAsync(_folder.Path, ["a", "b", "c"]), DatasetFault.EmptyClass, _folder.File(TrainLabels), "the class has no image: a");
    }

    [Fact]
    public async Task Open_FileMissing_SaysWhich()
    {
        File.Delete(_folder.File(TrainLabels));
        await DatasetAssert.FailsAsync(OpenAsync, DatasetFault.MissingFile, _folder.Path, "it lacks train-labels-idx1-ubyte, with or without .gz");
    }

    private static byte[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];

    private static byte[] Idx(int[] dimensions, byte[] data)
    {
        byte[] header = new byte[4 + (4 * dimensions.Length)];
        (header[2], header[3]) = (0x08, (byte)dimensions.Length);
        foreach ((int i, int size) in dimensions.Index())
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), size);
        }

        return [.. header, .. data];
    }

    private static byte[] Zip(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return zipped.ToArray();
    }

    private void Write(string file, byte[] bytes) => File.WriteAllBytes(_folder.File(file), bytes);

    private Task<IdxDataset> OpenAsync() => IdxDataset.OpenAsync(_folder.Path);

    private Task FailsAsync(string file, byte[] bytes, DatasetFault fault, string message)
    {
        Write(file, bytes);
        return DatasetAssert.FailsAsync(OpenAsync, fault, _folder.File(file), message);
    }
}
