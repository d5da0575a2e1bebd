using System.Runtime.InteropServices;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

public sealed class WeightTensorTests
{
    private static readonly float[] Values = [0f, 1f, -2.5f, 65504f, float.PositiveInfinity, 0.00006103515625f];

    [Fact]
    public void ToArray_EveryFloatType_Converts()
    {
        Assert.Equal(Values, Tensor(TensorDType.Float32, MemoryMarshal.AsBytes<float>(Values)).ToArray());
        Assert.Equal(Values, Tensor(TensorDType.Float16, MemoryMarshal.AsBytes<Half>([.. Values.Select(value => (Half)value)])).ToArray());
        Assert.Equal(Values, Tensor(TensorDType.Float64, MemoryMarshal.AsBytes<double>([.. Values.Select(value => (double)value)])).ToArray());
        ushort[] upperHalves = [.. Values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
        float[] truncated = [.. upperHalves.Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))];
        Assert.Equal(truncated, Tensor(TensorDType.BFloat16, MemoryMarshal.AsBytes<ushort>(upperHalves)).ToArray());
    }

    [Fact]
    public void CopyTo_WholeNumbersOrShortDestination_Throws()
    {
        WeightTensor whole = new("n", TensorDType.Int32, [1], new byte[4]);
        Assert.Equal("'n' is Int32; expected a floating-point tensor.", Assert.Throws<InvalidOperationException>(() => whole.ToArray()).Message);
        WeightTensor two = WeightTensor.Create("a", [2], [1, 2]);
        Assert.Throws<ArgumentException>(() => two.CopyTo(new float[1]));
    }

    [Fact]
    public void Create_WrongCount_NamesBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => WeightTensor.Create("a", [2, 3], [1, 2]));
        Assert.StartsWith("'a' has 2 values; its shape [2, 3] needs 6.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WeightTensor.Create("a", [long.MaxValue, long.MaxValue, 4], [1, 2]));
        Assert.Empty(WeightTensor.Create("a", [long.MaxValue, long.MaxValue, 0], []).ToArray());
    }

    [Fact]
    public void Set_DuplicateOrUnknownName_Throws()
    {
        WeightTensor tensor = WeightTensor.Create("a", [1], [1]);
        Assert.Throws<ArgumentException>(() => new WeightSet([tensor, tensor]));
        Assert.Throws<KeyNotFoundException>(() => new WeightSet([tensor])["b"]);
    }

    private static WeightTensor Tensor(TensorDType dtype, ReadOnlySpan<byte> bytes) => new("t", dtype, [Values.Length], bytes.ToArray());

    [Fact]
    public void CopyTo_EveryHalf_WidensExactly()
    {
        // At several offsets, so that each half is once in a full register and once in the rest.
        ushort[] halves = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(i => (ushort)i)];
        foreach (int skipped in new[] { 0, 1, 7 })
        {
            ushort[] part = halves[skipped..^skipped];
            float[] widened = new float[part.Length];
            new WeightTensor("halves", TensorDType.Float16, [part.Length], MemoryMarshal.AsBytes<ushort>(part).ToArray()).CopyTo(widened);
            Assert.Equal(part.Select(half => (float)BitConverter.UInt16BitsToHalf(half)), widened);
            Assert.Equal(part.Select(half => float.IsNegative((float)BitConverter.UInt16BitsToHalf(half))), widened.Select(float.IsNegative));
        }
    }

    [Fact]
    public void CopyTo_MoreRoomThanElements_LeavesTheRest()
    {
        float[] values = [9, 9, 9];
        new WeightTensor("halves", TensorDType.Float16, [2], new byte[4]).CopyTo(values);
        Assert.Equal([0, 0, 9], values);
    }
}
