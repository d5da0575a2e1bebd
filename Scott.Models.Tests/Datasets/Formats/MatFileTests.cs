using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

public sealed class MatFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("some.mat");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Read_BothByteOrders_PlainAndCompressed_GivesTheValues(bool isBigEndian, bool isCompressed)
    {
        int[] many = [.. Enumerable.Range(1, 1000)];
        MatFile file = await ReadAsync(
            new MatFileWriter(isBigEndian, isCompressed).Add("labels", many).Add("short", [7]).Add("x", [1, 2, 3], MatDataType.UInt8));
        Assert.Equal(many, Values(file, "labels"));
        Assert.Equal([7], Values(file, "short"));
        Assert.Equal([1, 2, 3], Values(file, "x"));
    }

    [Theory]
    [InlineData((int)MatDataType.Int8, -100)]
    [InlineData((int)MatDataType.UInt8, 200)]
    [InlineData((int)MatDataType.Int16, -30000)]
    [InlineData((int)MatDataType.UInt16, 60000)]
    [InlineData((int)MatDataType.Int32, -70000)]
    [InlineData((int)MatDataType.UInt32, 70000)]
    [InlineData((int)MatDataType.Single, -70000)]
    [InlineData((int)MatDataType.Double, 70001)]
    [InlineData((int)MatDataType.Int64, -70000)]
    [InlineData((int)MatDataType.UInt64, 70000)]
    public async Task Read_EveryNumberType_GivesTheValues(int type, int value)
    {
        foreach (bool isBigEndian in new[] { false, true })
        {
            MatFile file = await ReadAsync(new MatFileWriter(isBigEndian).Add("a", [value, 1], (MatDataType)type));
            Assert.Equal([value, 1], Values(file, "a"));
        }
    }

    [Fact]
    public async Task Read_OtherVariablesBeside_SkipsThem()
    {
        var writer = new MatFileWriter(isCompressed: true);
        byte[] cell = writer.Matrix(
            "c", MatFileWriter.CellClass, [1, 1], writer.Matrix("", MatFileWriter.DoubleClass, [1, 1], writer.Element(MatDataType.UInt8, [1])));
        byte[] opaque = writer.Long(MatDataType.Matrix, writer.Element(MatDataType.UInt32, writer.Numbers(MatDataType.UInt32, [17, 0])));
        MatFile file = await ReadAsync(
            writer.AddMatrix(cell).AddMatrix(opaque).AddMatrix(writer.Long(MatDataType.Matrix, []))
                .Add("a", [5]).Add("none", [], dimensions: [0, 0]));
        Assert.Equal([5], Values(file, "a"));
        Assert.Empty(Values(file, "none"));
    }

    [Fact]
    public async Task Read_LastPaddingLeftOut_GivesTheValues()
    {
        MatFile file = await ReadAsync(new MatFileWriter().AddMatrix(Unpadded()).ToArray());
        Assert.Equal([1, 2, 3, 4, 5], Values(file, "a"));
    }

    [Fact]
    public Task Read_EmptyFile_IsTruncated() => FailsAsync([], DatasetFault.Truncated, "it has 0 bytes; expected the 128");

    [Fact]
    public Task Read_OtherFile_IsWrongMagic() => FailsAsync(new byte[200], DatasetFault.WrongMagic, "it has neither MI nor IM at byte 126");

    [Fact]
    public Task Read_Hdf5Version_IsUnsupported() =>
        FailsAsync([.. "MATLAB 7.3 MAT-file"u8, .. new byte[600]], DatasetFault.UnsupportedVersion, "it is a MATLAB 7.3 file; expected version 5");

    [Fact]
    public Task Read_OtherVersion_IsUnsupported() =>
        FailsAsync(new MatFileWriter { Version = 0x0200 }.ToArray(), DatasetFault.UnsupportedVersion, "its version is 0x0200; expected 0x0100");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_CutAnywhere_IsTruncated(bool isCompressed)
    {
        byte[] whole = new MatFileWriter(isCompressed: isCompressed).Add("a", [.. Enumerable.Range(0, 40)]).ToArray();
        for (int length = 129; length < whole.Length; length += 5)
            await FailsAsync(whole[..length], DatasetFault.Truncated, "an element of ");
    }

    [Fact]
    public async Task Read_CompressedDataCutOrChanged_IsFound()
    {
        var writer = new MatFileWriter();
        byte[] packed = MatFileWriter.Compress(
            writer.Matrix("a", MatFileWriter.DoubleClass, [1, 40], writer.Element(MatDataType.UInt8, new byte[40])));
        await FailsAsync(
            writer.AddElement(writer.Long(MatDataType.Compressed, packed[..^6], isPadded: false)).ToArray(),
            DatasetFault.Truncated,
            "an element of ");
        packed[^1] ^= 1;
        var changed = new MatFileWriter();
        await FailsAsync(
            changed.AddElement(changed.Long(MatDataType.Compressed, packed, isPadded: false)).ToArray(),
            DatasetFault.CompressedData,
            "its compressed data is damaged");
    }

    /// <summary>A file of a megabyte once unpacked to a gigabyte, whose values took eight times as much.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Read_SmallFileThatUnpacksToMuch_IsTooLarge(int variables)
    {
        var writer = new MatFileWriter(isCompressed: true);
        int bytes = (1 << 24) / variables;
        for (int i = 0; i < variables; i++)
            writer.AddMatrix(writer.Matrix($"{i}", MatFileWriter.UInt8Class, [1, bytes], writer.Element(MatDataType.UInt8, new byte[bytes])));

        byte[] file = writer.ToArray();
        Assert.InRange(file.Length, 0, 1 << 16);
        await FailsAsync(file, DatasetFault.TooLarge, "its compressed data unpacks to over 16777216 bytes");
    }

    [Fact]
    public Task Read_UnknownElementType_IsElementType() =>
        FailsAsync(new MatFileWriter().AddElement([99, 0, 0, 0, 0, 0, 0, 0]).ToArray(), DatasetFault.ElementType, "an element is of type 99");

    [Fact]
    public Task Read_SmallElementTooLong_IsElementType() =>
        FailsAsync(
            new MatFileWriter().AddElement([2, 0, 5, 0, 0, 0, 0, 0]).ToArray(), DatasetFault.ElementType, "a small element gives its length as 5");

    [Fact]
    public async Task Read_NumbersWhereAVariableShouldBe_IsElementType()
    {
        var writer = new MatFileWriter();
        await FailsAsync(
            writer.AddElement(writer.Element(MatDataType.UInt8, [1])).ToArray(), DatasetFault.ElementType, "UInt8 stands where a variable should");
        var packed = new MatFileWriter(isCompressed: true);
        await FailsAsync(
            packed.AddMatrix(packed.Element(MatDataType.UInt8, [1])).ToArray(),
            DatasetFault.ElementType,
            "what a compressed element holds is of type UInt8");
    }

    [Fact]
    public async Task Read_ValuesThatAreNoNumbers_IsElementType()
    {
        var writer = new MatFileWriter();
        byte[] matrix = writer.Matrix("a", MatFileWriter.DoubleClass, [1, 2], writer.Element(MatDataType.Utf8, [1, 2]));
        await FailsAsync(writer.AddMatrix(matrix).ToArray(), DatasetFault.ElementType, "an array's values are of type Utf8");
    }

    [Theory]
    [InlineData(new[] { 1, 4 }, "'a' has 3 values; expected 4, as its dimensions are 1×4")]
    [InlineData(new[] { 3 }, "the dimensions of 'a' are 3; expected two or more")]
    [InlineData(new[] { -1, -3 }, "the dimensions of 'a' are -1×-3; expected two or more, none under 0")]
    public Task Read_DimensionsThatDoNotFit_IsShape(int[] dimensions, string expected) =>
        FailsAsync(new MatFileWriter().Add("a", [1, 2, 3], dimensions: dimensions).ToArray(), DatasetFault.Shape, expected);

    [Fact]
    public async Task Read_LengthThatIsNoMultiple_IsShape()
    {
        var writer = new MatFileWriter();
        byte[] matrix = writer.Matrix("a", MatFileWriter.DoubleClass, [1, 1], writer.Element(MatDataType.UInt16, [1, 2, 3]));
        await FailsAsync(writer.AddMatrix(matrix).ToArray(), DatasetFault.Shape, "of type UInt16 has 3 bytes; expected a multiple of 2");
        var flags = new MatFileWriter();
        await FailsAsync(
            flags.AddMatrix(flags.Long(MatDataType.Matrix, flags.Element(MatDataType.UInt32, [6, 0, 0, 0]))).ToArray(),
            DatasetFault.Shape,
            "flags have 4 bytes");
    }

    [Fact]
    public Task Read_VariableTwice_IsDuplicate() =>
        FailsAsync(new MatFileWriter().Add("a", [1]).Add("a", [2]).ToArray(), DatasetFault.DuplicateVariable, "it has the variable 'a' twice");

    [Fact]
    public async Task Integers_UnknownName_IsMissing()
    {
        MatFile file = await ReadAsync(new MatFileWriter().Add("a", [1]).Add("b", [1]));
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Values(file, "labels"));
        Assert.Equal((DatasetFault.MissingVariable, Path), (error.Fault, error.Name));
        Assert.Contains("it lacks the variable 'labels'; it has a, b", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MatFileWriter.CharClass)]
    [InlineData(MatFileWriter.DoubleClass | 0x0800)]
    public async Task Integers_TextOrComplex_IsUnsupported(int flags)
    {
        var writer = new MatFileWriter();
        MatFile file = await ReadAsync(writer.AddMatrix(writer.Matrix("a", flags, [1, 1], writer.Element(MatDataType.UInt16, [1, 0]))));
        Assert.Equal(DatasetFault.UnsupportedArray, Assert.Throws<DatasetFormatException>(() => Values(file, "a")).Fault);
    }

    [Fact]
    public async Task Integers_FractionOrOutOfRange_NamesTheElement()
    {
        var writer = new MatFileWriter();
        byte[] half = BitConverter.GetBytes(0.5);
        MatFile file = await ReadAsync(
            writer.AddMatrix(writer.Matrix("a", MatFileWriter.DoubleClass, [1, 1], writer.Element(MatDataType.Double, half))).Add("b", [1, 8]));
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Values(file, "a"));
        Assert.Contains("element 1 of 'a' is 0.5; expected a whole number", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<DatasetFormatException>(() => file.Integers("b", 1, 7, DatasetFault.LabelOutOfRange));
        Assert.Equal(DatasetFault.LabelOutOfRange, error.Fault);
        Assert.Contains("element 2 of 'b' is 8; expected a whole number from 1 to 7", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A variable of five bytes that ends with them.</summary>
    private static byte[] Unpadded()
    {
        var writer = new MatFileWriter();
        byte[] matrix = writer.Matrix("a", MatFileWriter.UInt8Class, [1, 5], writer.Element(MatDataType.UInt8, [1, 2, 3, 4, 5]));
        return writer.Long(MatDataType.Matrix, matrix[8..^3], isPadded: false);
    }

    private static int[] Values(MatFile file, string name) => file.Integers(name, -100_000, 100_000, DatasetFault.LabelOutOfRange);

    private Task<MatFile> ReadAsync(MatFileWriter writer) => ReadAsync(writer.ToArray());

    private async Task<MatFile> ReadAsync(byte[] bytes)
    {
        await File.WriteAllBytesAsync(Path, bytes);
        return await MatFile.ReadAsync(Path, CancellationToken.None);
    }

    private async Task FailsAsync(byte[] bytes, DatasetFault fault, string message)
    {
        DatasetFormatException error = await Assert.ThrowsAsync<DatasetFormatException>(() => ReadAsync(bytes));
        Assert.Equal((fault, Path), (error.Fault, error.Name));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
