using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

public sealed class TileOptionsTests
{
    [Theory]
    [InlineData(100, 30, 0, new[] { 0, 30, 60, 70 })]
    [InlineData(90, 30, 0, new[] { 0, 30, 60 })]
    [InlineData(90, 30, 10, new[] { 0, 20, 40, 60 })]
    [InlineData(91, 30, 10, new[] { 0, 20, 40, 60, 61 })]
    [InlineData(30, 30, 29, new[] { 0 })]
    [InlineData(20, 30, 0, new[] { 0 })]
    [InlineData(32, 30, 29, new[] { 0, 1, 2 })]
    public void Cut_AnyLength_CoversItWithTilesOfOneSize(int length, int tile, int overlap, int[] starts)
    {
        var options = new TileOptions { TileHeight = tile, TileWidth = 40, OverlapPixels = Math.Min(overlap, 29) };
        IReadOnlyList<ImageTile> tiles = options.Cut(40, length);
        Assert.Equal(starts, tiles.Select(each => each.Top));
        Assert.Equal(Enumerable.Range(0, starts.Length), tiles.Select(each => each.Row));
        Assert.All(tiles, each => Assert.Equal((0, 0, 40, Math.Min(tile, length)), (each.Column, each.Left, each.Width, each.Height)));
    }

    [Fact]
    public void Cut_RandomSizes_CoversEveryPixelWithinTheImage()
    {
        var random = new Random(4);
        for (int round = 0; round < 300; round++)
        {
            (int width, int height) = (random.Next(1, 60), random.Next(1, 60));
            var options = new TileOptions { TileHeight = random.Next(1, 30), TileWidth = random.Next(1, 30) };
            options = options with { OverlapPixels = random.Next(Math.Min(options.TileHeight.Value, options.TileWidth.Value)) };
            int[,] seen = new int[height, width];
            foreach (ImageTile tile in options.Cut(width, height))
            {
                for (int y = tile.Top; y < tile.Top + tile.Height; y++)
                {
                    for (int x = tile.Left; x < tile.Left + tile.Width; x++)
                        seen[y, x]++;
                }
            }

            Assert.DoesNotContain(0, seen.Cast<int>());
        }
    }

    [Fact]
    public void Validate_ValuesThatAreNotLegal_AreAllNamed()
    {
        string message = Assert.Throws<ScottConfigurationException>(
            () => new TileOptions { TileHeight = 0, TileWidth = 99_999, OverlapPixels = -1 }.Cut(9, 9)).Message;
        Assert.Contains("TileHeight is 0; expected 1 to 16384", message, StringComparison.Ordinal);
        Assert.Contains("TileWidth is 99999", message, StringComparison.Ordinal);
        Assert.Contains("OverlapPixels is -1", message, StringComparison.Ordinal);
        Assert.Contains("not set", Assert.Throws<ScottConfigurationException>(() => new TileOptions().Cut(9, 9)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "expected 0 to 15, less than a tile",
            Assert.Throws<ScottConfigurationException>(() => TileOptions.Square(16, 16).Cut(9, 9)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TileOptions.Square(16).Cut(0, 9));
        Assert.Equal("#xywh=3,4,5,6", new ImageTile(0, 0, 3, 4, 5, 6).ToString());
    }
}
