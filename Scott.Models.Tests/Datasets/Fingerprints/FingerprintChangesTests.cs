using Scott.Models.Datasets;

namespace Scott.Models.Tests.Datasets;

public sealed class FingerprintChangesTests
{
    [Theory]
    [InlineData("a:1:x b:2:x", "a:1:x b:2:x", "")]
    [InlineData("a:1:x", "a:1:x b:2:x c:3:x", "2 images were added (b, c)")]
    [InlineData("a:1:x b:2:x c:3:x", "a:1:x", "2 images were removed (b, c)")]
    [InlineData("a:1:x", "b:1:x", "1 image was renamed (a to b)")]
    [InlineData("a:1:x", "a:2:x", "1 image has other content (a)")]
    [InlineData("a:1:x", "a:2:y", "1 image has other content (a)|1 image has another class (a: x to y)")]
    [InlineData("a:1:x b:2:-", "a:1:- b:2:y", "2 images have another class (a: x to none, b: none to y)")]
    [InlineData("a:1:x b:2:x", "b:2:x a:1:x", "the images are in another order from number 1 on (b)")]
    [InlineData("a:1:x b:2:x", "b:2:x a:3:x", "1 image has other content (a)|the images are in another order from number 1 on (b)")]
    [InlineData("a:1:x b:2:x", "a:2:x b:1:x", "2 images have other content (a, b)")]
    [InlineData("a:1:x b:2:x", "c:3:x b:2:x", "1 image was added (c)|1 image was removed (a)")]
    [InlineData("i:1:x i:2:x i:3:x", "i:2:x i:3:x", "1 image was removed (i)")]
    [InlineData("i:1:x i:2:x", "i:2:x i:1:x", "the images are in another order from number 1 on (i)")]
    [InlineData("i:1:x i:1:x", "i:1:x i:1:x i:1:x", "1 image was added (i)")]
    [InlineData("a:0:x", "b:0:x", "1 image was added (b)|1 image was removed (a)")]
    [InlineData("", "a:1:x b:2:x c:3:x d:4:x e:5:x f:6:x", "6 images were added (a, b, c, d, e, …)")]
    public void Describe_AnyChange_SaysIt(string before, string now, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), FingerprintChanges.Describe(Parse(before), Parse(now), "image"));

    [Fact]
    public void Describe_AnyTwoLists_IsEmptyForEqualOnesAlone()
    {
        var random = new Random(5);
        for (int round = 0; round < 2000; round++)
        {
            ImageRecord[] before = Draw(random);
            ImageRecord[] now = Draw(random);
            Assert.Equal(before.SequenceEqual(now), FingerprintChanges.Describe(before, now, "image").Count == 0);
        }
    }

    private static ImageRecord[] Draw(Random random) => [.. Enumerable.Range(0, random.Next(4))
        .Select(_ => new ImageRecord(random.Next(2) == 0 ? "a" : "b", random.Next(2) == 0 ? "x" : null, new ImageContent(random.Next(-1, 2), 1)))];

    private static ImageRecord[] Parse(string records) => [.. records.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
    {
        string[] parts = text.Split(':');
        ulong content = ulong.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return new ImageRecord(parts[0], parts[2] == "-" ? null : parts[2], new ImageContent((long)content, content));
    })];
}
