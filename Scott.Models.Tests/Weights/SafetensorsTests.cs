using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

public sealed class SafetensorsTests
{
    private const string OneTensor = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    /// <summary>One way to be wrong each: header, bytes of data behind it, the fault, the tensor it names.</summary>
    public static TheoryData<string, int, SafetensorsFault, string?> WrongHeaders { get; } = new()
    {
        { """ {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.HeaderStart, null },
        { "", 8, SafetensorsFault.HeaderStart, null },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, SafetensorsFault.HeaderNotJson, null },
        { OneTensor + "x", 8, SafetensorsFault.HeaderNotJson, null },
        { """{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.HeaderNotJson, null },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            8, SafetensorsFault.DuplicateKey, "a"
        },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            8, SafetensorsFault.DuplicateKey, "a"
        },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.DuplicateKey, "a" },
        { """{"__metadata__":{"k":"v","k":"w"}}""", 0, SafetensorsFault.DuplicateKey, null },
        { """{"__metadata__":{"k":1}}""", 0, SafetensorsFault.Metadata, null },
        { """{"__metadata__":"text"}""", 0, SafetensorsFault.Metadata, null },
        { """{"a":{"dtype":"F32","shape":[2]}}""", 8, SafetensorsFault.TensorEntry, "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", 8, SafetensorsFault.TensorEntry, "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", 8, SafetensorsFault.TensorEntry, "a" },
        { """{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", 8, SafetensorsFault.TensorEntry, "a" },
        { """{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", 8, SafetensorsFault.TensorEntry, "a" },
        { """{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.TensorEntry, "a" },
        {
            """{"a":{"dtype":"F32","shape":[""" + string.Join(',', Enumerable.Repeat(1, 65)) + """],"data_offsets":[0,4]}}""",
            4, SafetensorsFault.TensorEntry, "a"
        },
        { """{"a":[]}""", 8, SafetensorsFault.TensorEntry, "a" },
        { """{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.UnknownDType, "a" },
        { """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.ShapeOverflow, "a" },
        { """{"a":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,8]}}""", 8, SafetensorsFault.ShapeOverflow, "a" },
        { """{"a":{"dtype":"F32","shape":[0,9223372036854775807,4],"data_offsets":[0,0]}}""", 0, SafetensorsFault.ShapeOverflow, "a" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, SafetensorsFault.ShapeOverflow, "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, SafetensorsFault.OffsetsOutOfBounds, "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", 8, SafetensorsFault.OffsetsOutOfBounds, "a" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}""", 8, SafetensorsFault.OffsetsOutOfBounds, "a" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 8, SafetensorsFault.SizeMismatch, "a" },
        {
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            8, SafetensorsFault.OverlappingTensors, "b"
        },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
            12, SafetensorsFault.Gap, "b"
        },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, SafetensorsFault.Gap, "a" },
        { OneTensor, 9, SafetensorsFault.Gap, null },
    };

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task Read_WrongHeader_IsATypedError(string header, int dataBytes, SafetensorsFault fault, string? tensorName)
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, Encoding.UTF8.GetBytes(header), dataBytes);
        SafetensorsException error = await Assert.ThrowsAsync<SafetensorsException>(() => SafetensorsFile.ReadAsync(path));
        Assert.Equal((fault, tensorName, path), (error.Fault, error.TensorName, error.Path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NotUtf8_IsATypedError()
    {
        using var folder = new TemporaryFolder();
        byte[] header = Encoding.Latin1.GetBytes("""{"ä":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        string path = Write(folder, header, 8);
        Assert.Equal(SafetensorsFault.HeaderNotUtf8, (await Assert.ThrowsAsync<SafetensorsException>(() => SafetensorsFile.ReadAsync(path))).Fault);
    }

    [Theory]
    [InlineData(7, 0UL, SafetensorsFault.TooShort)]
    [InlineData(0, 0UL, SafetensorsFault.TooShort)]
    [InlineData(20, 13UL, SafetensorsFault.HeaderOutOfBounds)]
    [InlineData(20, 100_000_001UL, SafetensorsFault.HeaderTooLarge)]
    [InlineData(20, ulong.MaxValue, SafetensorsFault.HeaderTooLarge)]
    public async Task Read_WrongLength_IsATypedError(int fileBytes, ulong claimed, SafetensorsFault fault)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = new byte[Math.Max(fileBytes, 8)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed);
        string path = folder.File("wrong.safetensors");
        await File.WriteAllBytesAsync(path, bytes[..fileBytes]);
        Assert.Equal(fault, (await Assert.ThrowsAsync<SafetensorsException>(() => SafetensorsFile.ReadAsync(path))).Fault);
    }

    [Fact]
    public void Read_TensorOverTwoGibibytes_IsATypedError()
    {
        var entry = new SafetensorsEntry("a", TensorDType.Float32, [1L << 30], 0, 1L << 32);
        entry.Validate("big.safetensors", 1L << 32);
        Assert.Equal(SafetensorsFault.TensorTooLarge, Assert.Throws<SafetensorsException>(() => entry.ByteCount("big.safetensors")).Fault);
    }

    [Fact]
    public async Task Read_MissingFile_IsTheBclError()
    {
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<FileNotFoundException>(() => SafetensorsFile.ReadAsync(folder.File("none.safetensors")));
    }

    [Theory]
    [InlineData(WeightStorage.Managed)]
    [InlineData(WeightStorage.MemoryMapped)]
    public async Task WriteThenRead_AnyTensors_AreBitExact(WeightStorage storage)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("any.safetensors");
        var dtypes = Enum.GetValues<TensorDType>();
        Gen<WeightSet> generator =
            from count in Gen.Choose(0, 6)
            from seed in Gen.Choose(0, int.MaxValue)
            select RandomSet(new Random(seed), count, dtypes);
        var metadata = new Dictionary<string, string> { ["key \"quoted\""] = "ünïcode \u0001 \U0001F600", ["empty"] = "" };
        Prop.ForAll(
            generator.ToArbitrary(),
            set =>
            {
                SafetensorsFile.WriteAsync(path, set, metadata).GetAwaiter().GetResult();
                SafetensorsContent content = SafetensorsFile.ReadAsync(path, storage).GetAwaiter().GetResult();
                Assert.Equal(metadata, content.Metadata);
                Assert.Equal(set.Names.Order(), content.Tensors.Names.Order());
                Assert.All(set, tensor =>
                {
                    WeightTensor read = content.Tensors[tensor.Name];
                    Assert.Equal(tensor.DType, read.DType);
                    Assert.Equal(tensor.Shape.ToArray(), read.Shape.ToArray());
                    Assert.Equal(tensor.Data.ToArray(), read.Data.ToArray());
                });
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Write_SameSet_GivesTheSameAlignedBytes()
    {
        using var folder = new TemporaryFolder();
        WeightSet set = RandomSet(new Random(3), 5, [TensorDType.Bool, TensorDType.Float32, TensorDType.Float64]);
        await SafetensorsFile.WriteAsync(folder.File("a"), set);
        await SafetensorsFile.WriteAsync(folder.File("b"), new WeightSet(set.Reverse()));
        byte[] bytes = await File.ReadAllBytesAsync(folder.File("a"));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.File("b")));
        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
        Assert.Equal(["a", "b"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Write_Canceled_LeavesTheOldFileAndNoPart()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("kept.safetensors");
        await File.WriteAllTextAsync(path, "old");
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SafetensorsFile.WriteAsync(path, RandomSet(new Random(1), 2, [TensorDType.Float32]), cancellationToken: canceled.Token));
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task Read_Canceled_Stops()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, Encoding.UTF8.GetBytes(OneTensor), 8);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SafetensorsFile.ReadAsync(path, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Read_MemoryMapped_OutlivesTheReadersScope()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mapped.safetensors");
        float[] values = [.. Enumerable.Range(0, 5000).Select(i => (float)i)];
        await SafetensorsFile.WriteAsync(path, new WeightSet([WeightTensor.Create("a", [50, 100], values)]));
        WeightTensor tensor = (await SafetensorsFile.ReadAsync(path, WeightStorage.MemoryMapped)).Tensors["a"];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(values, tensor.ToArray());
    }

    private static string Write(TemporaryFolder folder, byte[] header, int dataBytes)
    {
        string path = folder.File("test.safetensors");
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        File.WriteAllBytes(path, [.. length, .. header, .. new byte[dataBytes]]);
        return path;
    }

    private static WeightSet RandomSet(Random random, int count, TensorDType[] dtypes) => new(Enumerable.Range(0, count).Select(i =>
    {
        TensorDType dtype = dtypes[random.Next(dtypes.Length)];
        long[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(5))];
        byte[] data = new byte[shape.Aggregate(1L, (product, size) => product * size) * dtype.ElementBytes()];
        random.NextBytes(data);
        return new WeightTensor($"tensor/{i}.\"ä\"", dtype, shape, data);
    }));
}
