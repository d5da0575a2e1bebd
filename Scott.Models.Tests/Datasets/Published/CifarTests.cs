using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Datasets;

public sealed class CifarTests : IDisposable
{
    private const int Plane = 32 * 32;

    private readonly TemporaryFolder _folder = new();

    public CifarTests()
    {
        for (int i = 1; i <= 5; i++)
        {
            Write($"data_batch_{i}.bin", [.. Record(i, 0), .. Record(10 + i, 1)]);
        }

        Write("test_batch.bin", [.. Record(20, 1), .. Record(21, 0)]);
        File.WriteAllText(_folder.File("batches.meta.txt"), "airplane\nship\n\n");
        Write("train.bin", [.. Record(1, 1, 2), .. Record(2, 0, 0), .. Record(3, 1, 1)]);
        Write("test.bin", [.. Record(4, 0, 0), .. Record(5, 1, 1), .. Record(6, 1, 2)]);
        File.WriteAllText(_folder.File("fine_label_names.txt"), "apple\nbee\nbeetle\n");
        File.WriteAllText(_folder.File("coarse_label_names.txt"), "fruit\ninsects\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cifar10_OfficialFiles_GivesTheSamePixels()
    {
        Cifar10 cifar = await Cifar10.OpenAsync(_folder.Path);
        Assert.Equal((10, 2), (cifar.Train.Count, cifar.Test.Count));
        Assert.Equal(["airplane", "ship"], cifar.Test.ClassNames);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], DatasetAssert.Labels(cifar.Train));
        Assert.Equal(_folder.File("data_batch_3.bin") + "#1", cifar.Train.NameOf(5));
        RgbImage image = await ImageDecoder.DecodeAsync(cifar.Train.SourceOf(5));
        Assert.Equal((32, 32), (image.Width, image.Height));
        byte[] planes = Record(13, 1)[1..];
        Assert.Equal(Enumerable.Range(0, Plane).SelectMany(i => new[] { planes[i], planes[Plane + i], planes[(2 * Plane) + i] }), image.Pixels.ToArray());
    }

    [Fact]
    public async Task Cifar10_FolderOfTheArchive_IsFound()
    {
        Directory.CreateDirectory(_folder.File("data/cifar-10-batches-bin"));
        foreach (string file in Directory.EnumerateFiles(_folder.Path))
        {
            File.Move(file, Path.Combine(_folder.File("data/cifar-10-batches-bin"), Path.GetFileName(file)));
        }

        Assert.Equal(10, (await Cifar10.OpenAsync(_folder.File("data"))).Train.Count);
    }

    [Fact]
    public async Task Cifar100_FineAndCoarse_AreTheClasses()
    {
        Cifar100 fine = await Cifar100.OpenAsync(_folder.Path);
        Assert.Equal(["apple", "bee", "beetle"], fine.Train.ClassNames);
        Assert.Equal([2, 0, 1], DatasetAssert.Labels(fine.Train));
        Cifar100 coarse = await Cifar100.OpenAsync(_folder.Path, Cifar100Labels.Coarse);
        Assert.Equal(["fruit", "insects"], coarse.Test.ClassNames);
        Assert.Equal([0, 1, 1], DatasetAssert.Labels(coarse.Test));
        byte[] planes = Record(5, 1, 1)[2..];
        Assert.Equal([planes[0], planes[Plane], planes[2 * Plane]], (await ImageDecoder.DecodeAsync(fine.Test.SourceOf(1))).Pixels[..3].ToArray());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Cifar100.OpenAsync(_folder.Path, (Cifar100Labels)7));
    }

    [Fact]
    public async Task Open_CutFile_IsTruncated()
    {
        Write("data_batch_4.bin", Record(1, 0)[..^1]);
        await FailsAsync(DatasetFault.Truncated, "data_batch_4.bin", "it has 3072 bytes; expected a multiple of 3073");
    }

    [Fact]
    public async Task Open_EmptyFile_IsNoImages()
    {
        Write("test_batch.bin", []);
        await FailsAsync(DatasetFault.NoImages, "test_batch.bin", "it is empty; expected records of 3073 bytes");
    }

    [Fact]
    public async Task Open_LabelOutOfRange_NamesTheRecord()
    {
        Write("data_batch_2.bin", [.. Record(1, 0), .. Record(1, 2)]);
        await FailsAsync(DatasetFault.LabelOutOfRange, "data_batch_2.bin", "the label of record 2 is 2; expected the number of one of the 2 classes");
    }

    [Fact]
    public async Task Open_FileMissing_SaysWhich()
    {
        File.Delete(_folder.File("data_batch_5.bin"));
        await FailsAsync(DatasetFault.MissingFile, ".", "it lacks data_batch_5.bin; expected CIFAR-10's binary form there");
    }

    [Fact]
    public async Task Open_ClassNamedTwice_NamesTheLine()
    {
        File.WriteAllText(_folder.File("batches.meta.txt"), "ship\n\nship\n");
        await FailsAsync(DatasetFault.DuplicateClass, "batches.meta.txt", "the class 'ship' stands in line 1, too", 3);
    }

    [Fact]
    public async Task Open_ClassWithoutImagesOrName_SaysSo()
    {
        Write("test_batch.bin", Record(20, 1));
        await FailsAsync(DatasetFault.EmptyClass, ".", "of its part Test the class has no image: airplane");
        File.WriteAllText(_folder.File("batches.meta.txt"), "\n");
        await FailsAsync(DatasetFault.EmptyClass, "batches.meta.txt", "it names no class");
    }

    private static byte[] Record(int seed, params byte[] labels)
    {
        byte[] pixels = new byte[3 * Plane];
        new Random(seed).NextBytes(pixels);
        return [.. labels, .. pixels];
    }

    private void Write(string file, byte[] bytes) => File.WriteAllBytes(_folder.File(file), bytes);

    private Task FailsAsync(DatasetFault fault, string file, string message, int? line = null) =>
        DatasetAssert.FailsAsync(() => Cifar10.OpenAsync(_folder.Path), fault, file == "." ? _folder.Path : _folder.File(file), message, line);
}
