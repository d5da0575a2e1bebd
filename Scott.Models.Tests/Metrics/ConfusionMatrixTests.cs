using System.Xml.Linq;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void FromPredictions_KnownPairs_AreCounted()
    {
        var matrix = ConfusionMatrix.FromPredictions([0, 0, 0, 1], [0, 1, 1, 1], ["a", "b"]);
        Assert.Equal((1, 2, 0, 1), (matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]));
        Assert.Equal((3, 1), (matrix.CountActual(0), matrix.CountActual(1)));
        Assert.Equal((1, 3), (matrix.CountPredicted(0), matrix.CountPredicted(1)));
        Assert.Equal(4, matrix.Images);
        Assert.Equal("actual \\ predicted,a,b\na,1,2\nb,0,1\n", matrix.ToCsv());
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.CountActual(-1));
    }

    /// <summary>The hash left the counts out: every matrix had the same.</summary>
    [Fact]
    public void GetHashCode_OtherCounts_IsAnother()
    {
        ConfusionMatrix Of(params int[] predicted) => ConfusionMatrix.FromPredictions([0, 0, 1], predicted, ["a", "b"]);
        Assert.Equal(Of(0, 1, 1).GetHashCode(), Of(1, 0, 1).GetHashCode());
        Assert.True(new[] { Of(0, 1, 1), Of(0, 0, 1), Of(0, 0, 0), Of(1, 1, 1) }.Select(matrix => matrix.GetHashCode()).Distinct().Count() > 1);
    }

    [Fact]
    public void FromPredictions_WhatDoesNotFit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ConfusionMatrix.FromPredictions([0], [0, 0], ["a"]));
        Assert.Throws<ArgumentException>(() => ConfusionMatrix.FromPredictions([0], [1], ["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfusionMatrix.FromPredictions([], [], []));
    }

    [Fact]
    public void Equals_SameCountsAndNames_Alone()
    {
        var matrix = ConfusionMatrix.FromPredictions([0, 1], [0, 0], ["a", "b"]);
        var same = ConfusionMatrix.FromPredictions([1, 0], [0, 0], ["a", "b"]);
        Assert.Equal(matrix, same);
        Assert.Equal(matrix.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(matrix, ConfusionMatrix.FromPredictions([0, 1], [0, 1], ["a", "b"]));
        Assert.NotEqual(matrix, ConfusionMatrix.FromPredictions([0, 1], [0, 0], ["a", "c"]));
    }

    [Fact]
    public void ToSvg_SmallMatrix_ShowsNamesAndCounts()
    {
        XElement svg = XElement.Parse(ConfusionMatrix.FromPredictions([0, 0, 0, 1], [0, 1, 1, 1], ["<ash> & \u0001oak", "beech"]).ToSvg());
        string[] texts = [.. svg.Descendants(Svg + "text").Select(text => text.Value)];
        Assert.Equal(2, texts.Count(text => text == "<ash> & \ufffdoak"));
        Assert.Equal(2, texts.Count(text => text == "beech"));
        Assert.Equal(["1", "2", "1"], texts.Where(text => char.IsAsciiDigit(text[0])));
        Assert.Equal("2 of '<ash> & \ufffdoak' predicted as 'beech', 66.7% of the row", svg.Descendants(Svg + "title").ElementAt(1).Value);
        Assert.Equal("img", svg.Attribute("role")?.Value);

        // All of a row in one cell is the darkest shade.
        Assert.Equal("#084580", svg.Descendants(Svg + "g").Last().Element(Svg + "rect")!.Attribute("fill")!.Value);
    }

    [Fact]
    public void ToSvg_ManyClasses_StaysAImage()
    {
        int[] labels = [.. Enumerable.Range(0, 102)];
        XElement svg = XElement.Parse(
            ConfusionMatrix.FromPredictions(labels, labels, [.. labels.Select(label => $"a flower with the long name number {label}")]).ToSvg());
        Assert.Equal(102, svg.Descendants(Svg + "g").Count());
        Assert.DoesNotContain(svg.Descendants(Svg + "text"), text => text.Value == "1");
        Assert.InRange((double)svg.Attribute("width")!, 1224, 1800);
        Assert.All(
            svg.Descendants(Svg + "text").Where(text => text.Value.Contains("flower", StringComparison.Ordinal)),
            text => Assert.Equal(32, text.Value.Length));
    }
}
