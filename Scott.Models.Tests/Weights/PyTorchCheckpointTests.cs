using System.IO.Compression;
using System.Text;
using Scott.Models.Tests.Parity;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

public sealed class PyTorchCheckpointTests
{
    public static TheoryData<string> Checkpoints => [.. ParityCases.Files("*.pth")];

    /// <summary>Pickles that must be refused, as Latin-1 text, and how.</summary>
    public static TheoryData<string, PyTorchCheckpointFault, string?> RefusedPickles { get; } = new()
    {
        { "\u0080\u0002cos\nsystem\nX\u0002\0\0\0ls\u0085R.", PyTorchCheckpointFault.ForbiddenGlobal, "os.system" },
        { "\u0080\u0002cbuiltins\neval\nX\u0001\0\0\01\u0085R.", PyTorchCheckpointFault.ForbiddenGlobal, "builtins.eval" },
        { "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.", PyTorchCheckpointFault.ForbiddenGlobal, "os.system" },
        { "\u0080\u0002ctorch\nload\n.", PyTorchCheckpointFault.ForbiddenGlobal, "torch.load" },
        { "\u0080\u0002cargparse\nNamespace\n.", PyTorchCheckpointFault.ForbiddenGlobal, "argparse.Namespace" },
        { "\u0080\u0002iposix\nsystem\n.", PyTorchCheckpointFault.UnsupportedOpcode, null },
        { "\u0080\u0002o.", PyTorchCheckpointFault.UnsupportedOpcode, null },
        { "\u0080\u0009}.", PyTorchCheckpointFault.UnsupportedOpcode, null },
        { "\u0080\u0002.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002h\u0005.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002NNR.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002ccollections\nOrderedDict\nK\u0001\u0085R.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002]K\u0001K\u0002s.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002t.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002NQ.", PyTorchCheckpointFault.MalformedPickle, null },
        // part of another storage
        {
            "\u0080\u0002(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0003K\u0001tQ.",
            PyTorchCheckpointFault.MalformedPickle, null
        },
        { "\u0080\u0002X\u0002\0\0\0\u00ff\u00ff.", PyTorchCheckpointFault.MalformedPickle, null },
        { "\u0080\u0002X\u00ff\u00ff\u00ff\u007fabc.", PyTorchCheckpointFault.Truncated, null },
        { "\u0080\u0004\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.", PyTorchCheckpointFault.Truncated, null },
        { "\u0080\u0002}", PyTorchCheckpointFault.Truncated, null },
        { "\u0080\u0002ctorch", PyTorchCheckpointFault.Truncated, null },
        { "\u0080\u0002}.", PyTorchCheckpointFault.NotAStateDict, null },
        { "\u0080\u0002N.", PyTorchCheckpointFault.NotAStateDict, null },
        { "\u0080\u0002]q\0h\0a.", PyTorchCheckpointFault.NotAStateDict, "0" }, // a list inside itself
    };

    [Fact]
    public void Checkpoints_OwnFolder_AreBothFormats() => Assert.True(Checkpoints.Count >= 2);

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public async Task Read_GoldenCheckpoint_HasTheGoldenWeightsBitForBit(string path)
    {
        WeightSet read = await PyTorchCheckpoint.ReadAsync(path);
        WeightSet golden = BackboneCase.ForCheckpoint(path, read).State;
        Assert.Equal(golden.Names.Order(StringComparer.Ordinal), read.Names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RefusedPickles))]
    public async Task Read_RefusedPickle_IsATypedErrorInBothFormats(string pickle, PyTorchCheckpointFault fault, string? name)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Encoding.Latin1.GetBytes(pickle);
        PyTorchCheckpointException zip = await FailAsync(WriteZip(folder, bytes));
        Assert.Equal((fault, name), (zip.Fault, zip.Name));
        PyTorchCheckpointException legacy = await FailAsync(WriteLegacy(folder, bytes));
        Assert.Equal((fault, name), (legacy.Fault, legacy.Name));
    }

    [Theory]
    [InlineData(0, 4, 1, 0)] // one element more than the storage has
    [InlineData(1, 3, 1, 0)] // the offset pushes the last one out
    [InlineData(0, 2, 3, 0)] // the stride does
    [InlineData(0, 100, 0, 1)] // zero strides repeat three elements to more bytes than the file has
    public async Task Read_TensorBeyondItsStorage_IsATypedError(byte offset, byte size, byte stride, int fileFactor)
    {
        using var folder = new TemporaryFolder();
        byte rows = (byte)(fileFactor == 0 ? 1 : 255);
        byte[] pickle = TensorPickle(elements: 3, offset, [rows, size], [(byte)0, stride]);
        PyTorchCheckpointException error = await FailAsync(WriteZip(folder, pickle, ("0", new byte[12])));
        Assert.Equal((PyTorchCheckpointFault.TensorOutOfBounds, "w"), (error.Fault, error.Name));
    }

    [Fact]
    public async Task Read_StorageSmallerThanClaimed_IsATypedError()
    {
        using var folder = new TemporaryFolder();
        PyTorchCheckpointException error = await FailAsync(WriteZip(folder, TensorPickle(200, 0, [200], [1]), ("0", new byte[12])));
        Assert.Equal(PyTorchCheckpointFault.TensorOutOfBounds, error.Fault);
    }

    [Fact]
    public async Task Read_TransposedView_IsLaidOutRowMajor()
    {
        using var folder = new TemporaryFolder();
        byte[] storage = [.. new float[] { 0, 1, 2, 3, 4, 5 }.SelectMany(BitConverter.GetBytes)];
        string path = WriteZip(folder, TensorPickle(6, 0, [3, 2], [1, 3]), ("0", storage));
        WeightTensor tensor = Assert.Single(await PyTorchCheckpoint.ReadAsync(path));
        Assert.Equal([0, 3, 1, 4, 2, 5], tensor.ToArray());
    }

    [Fact]
    public async Task Read_Under_SelectsAndStripsOrNamesWhatThereIs()
    {
        using var folder = new TemporaryFolder();
        string path = WriteZip(
            folder,
            [.. "\u0080\u0002}X\u0005\0\0\0model".ToLatin1(), .. TensorPickle(3, 0, [3], [1])[2..^1], (byte)'s', (byte)'.'],
            ("0", new byte[12]));
        Assert.Equal(["model.w"], (await PyTorchCheckpoint.ReadAsync(path)).Names);
        Assert.Equal(["w"], (await PyTorchCheckpoint.ReadAsync(path, tensorPrefix: "model")).Names);
        PyTorchCheckpointException error = await Assert.ThrowsAsync<PyTorchCheckpointException>(
            () => PyTorchCheckpoint.ReadAsync(path, tensorPrefix: "encoder"));
        Assert.Contains("no tensor's name starts with 'encoder.'; the first names are model.w.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DamagedOrCompressedArchive_IsATypedError()
    {
        using var folder = new TemporaryFolder();
        string path = WriteZip(folder, TensorPickle(3, 0, [3], [1]), ("0", [.. Enumerable.Repeat((byte)0xAB, 12)]));
        byte[] bytes = await File.ReadAllBytesAsync(path);
        int data = bytes.AsSpan().IndexOf(Enumerable.Repeat((byte)0xAB, 12).ToArray());
        await File.WriteAllBytesAsync(path, [.. bytes[..data], (byte)0, .. bytes[(data + 1)..]]);
        PyTorchCheckpointException flipped = await FailAsync(path);
        Assert.Equal((PyTorchCheckpointFault.Archive, "archive/data/0"), (flipped.Fault, flipped.Name));
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);
        Assert.Equal(PyTorchCheckpointFault.Archive, (await FailAsync(path)).Fault);
        string compressed = WriteZip(folder, TensorPickle(250, 0, [250], [1]), CompressionLevel.Optimal, ("0", new byte[1000]));
        Assert.Equal(PyTorchCheckpointFault.Archive, (await FailAsync(compressed)).Fault);
    }

    [Fact]
    public async Task Read_PickleOfEmptyContainers_IsRefusedBeforeItFillsTheMemory()
    {
        using var folder = new TemporaryFolder();
        byte[] pickle = [0x80, 2, .. Enumerable.Repeat((byte)'}', 1_000_000), (byte)'.'];
        Assert.Equal(PyTorchCheckpointFault.MalformedPickle, (await FailAsync(WriteZip(folder, pickle))).Fault);
    }

    [Fact]
    public async Task Read_ContainerSharedBetweenPlaces_IsReadInEach()
    {
        // As the betas tuple that an optimizer's parameter groups share.
        using var folder = new TemporaryFolder();
        byte[] tensor = TensorPickle(3, 0, [3], [1])[2..^1];
        string path = WriteZip(
            folder, [.. "\u0080\u0002}(X\u0001\0\0\0a".ToLatin1(), .. tensor, .. "q\0X\u0001\0\0\0bh\0u.".ToLatin1()], ("0", new byte[12]));
        Assert.Equal(["a.w", "b.w"], (await PyTorchCheckpoint.ReadAsync(path)).Names);
    }

    [Fact]
    public async Task Read_TensorOfManyDimensions_IsRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] ones = [.. Enumerable.Repeat((byte)1, 65)];
        Assert.Equal(
            PyTorchCheckpointFault.MalformedPickle, (await FailAsync(WriteZip(folder, TensorPickle(3, 0, ones, ones), ("0", new byte[12])))).Fault);
    }

    [Fact]
    public async Task Read_LongKeyAtEveryLevel_IsRefusedBeforeTheNamesFillTheMemory()
    {
        using var folder = new TemporaryFolder();
        byte[] key = [(byte)'X', .. BitConverter.GetBytes(10_000), .. Enumerable.Repeat((byte)'k', 10_000), (byte)'q', 0];
        byte[] levels = [.. Enumerable.Range(0, 20).SelectMany(_ => "}h\0".ToLatin1())];
        byte[] pickle = [0x80, 2, .. key, .. levels, (byte)'}', .. Enumerable.Repeat((byte)'s', 20), (byte)'.'];
        PyTorchCheckpointException error = await FailAsync(WriteZip(folder, pickle));
        Assert.Equal(PyTorchCheckpointFault.NotAStateDict, error.Fault);
        Assert.Contains("its names together are longer than the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OtherFile_IsATypedError()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("other.pth");
        await File.WriteAllTextAsync(path, "not a checkpoint");
        Assert.Equal(PyTorchCheckpointFault.UnknownFormat, (await FailAsync(path)).Fault);
        await File.WriteAllBytesAsync(path, [0x80, 2, (byte)'}', (byte)'.']);
        Assert.Equal(PyTorchCheckpointFault.UnknownFormat, (await FailAsync(path)).Fault);
    }

    private static Task<PyTorchCheckpointException> FailAsync(string path) =>
        Assert.ThrowsAsync<PyTorchCheckpointException>(() => PyTorchCheckpoint.ReadAsync(path));

    /// <summary>A pickle of {"w": tensor} over storage "0".</summary>
    private static byte[] TensorPickle(ushort elements, byte offset, byte[] shape, byte[] strides)
    {
        static byte[] Tuple(byte[] numbers) => [(byte)'(', .. numbers.SelectMany(number => new[] { (byte)'K', number }), (byte)'t'];
        return
        [
            .. "\u0080\u0002}X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n".ToLatin1(),
        .. "((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuM".ToLatin1(),
            .. BitConverter.GetBytes(elements),
            .. "tQK".ToLatin1(),
            offset,
            .. Tuple(shape),
            .. Tuple(strides),
            .. "\u0089}tRs.".ToLatin1(),
        ];
    }

    private static string WriteZip(TemporaryFolder folder, byte[] pickle, params (string Key, byte[] Data)[] storages) =>
        WriteZip(folder, pickle, CompressionLevel.NoCompression, storages);

    private static string WriteZip(TemporaryFolder folder, byte[] pickle, CompressionLevel level, params (string Key, byte[] Data)[] storages)
    {
        string path = folder.File("test.pth");
        using FileStream stream = File.Create(path);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in storages.Select(storage => ($"data/{storage.Key}", storage.Data)).Prepend(("data.pkl", pickle)))
        {
            using Stream entry = archive.CreateEntry($"archive/{name}", level).Open();
            entry.Write(content);
        }

        return path;
    }

    private static string WriteLegacy(TemporaryFolder folder, byte[] pickle)
    {
        string path = folder.File("legacy.pth");
        File.WriteAllBytes(
            path,
            [
                .. "\u0080\u0002\u008a\u000a\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019.\u0080\u0002M\u00e9\u0003.".ToLatin1(),
                .. "\u0080\u0002}X\u000d\0\0\0little_endian\u0088s.".ToLatin1(),
                .. pickle,
            ]);
        return path;
    }
}

internal static class Latin1Text
{
    /// <summary>The characters' low bytes.</summary>
    public static byte[] ToLatin1(this string text) => Encoding.Latin1.GetBytes(text);
}
