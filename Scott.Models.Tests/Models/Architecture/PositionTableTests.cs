using Scott.Models.Tests.Parity;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class PositionTableTests
{
    [Theory]
    [InlineData(7, 14, 0)]
    [InlineData(14, 7, 0)]
    [InlineData(4, 9, 3)]
    [InlineData(1, 3, 1)]
    public void Resample_OtherGrid_EqualsTorchsBicubic(int fromSide, int toSide, int registers)
    {
        const int Width = 16;
        float[] table = PositionTable.Create(Width, new PatchGrid(fromSide, fromSide), registers);
        using DisposeScope scope = NewDisposeScope();
        Tensor grid = tensor(table, [registers + (fromSide * fromSide), Width])
            .narrow(0, registers, fromSide * fromSide)
            .view(1, fromSide, fromSide, Width)
            .permute(0, 3, 1, 2);
        Tensor expected = nn.functional.interpolate(grid, size: [toSide, toSide], mode: InterpolationMode.Bicubic, align_corners: false)
            .permute(0, 2, 3, 1)
            .reshape(-1, Width);
        float[] resampled = PositionTable.Resample(
            table, Width, registers, new PatchGrid(fromSide, fromSide), new PatchGrid(toSide, toSide), PositionResampling.Plain);
        Assert.Equal(table[..(registers * Width)], resampled[..(registers * Width)]);
        Assert.InRange(Closeness.Largest(tensor(resampled[(registers * Width)..], [toSide * toSide, Width]), expected), 0, 1e-5);
    }

    [Fact]
    public void Resample_SameGrid_ChangesNothing()
    {
        float[] table = PositionTable.Create(8, new PatchGrid(5, 5), 2);
        Assert.Equal(table, PositionTable.Resample(table, 8, 2, new PatchGrid(5, 5), new PatchGrid(5, 5), PositionResampling.Plain));
    }
}
