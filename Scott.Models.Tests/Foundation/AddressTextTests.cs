using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("https://x.example/a/b.bin", "https://x.example/a/b.bin")]
    [InlineData("https://x.example:8443/a", "https://x.example:8443/a")]
    [InlineData("https://x.example/a?sig=secret&b=1", "https://x.example/a?…")]
    [InlineData("https://x.example/a#secret", "https://x.example/a")]
    [InlineData("https://user:secret@x.example/a?sig=secret#secret", "https://x.example/a?…")]
    [InlineData("https://secret@x.example", "https://x.example/")]
    [InlineData("ftp://user:secret@x.example/a", "ftp://x.example/a")]
    [InlineData("ftp://user:secret@x.example/a?secret#secret", "ftp://x.example/a?…")]
    [InlineData("s3://secret@bucket/a?secret", "s3://bucket/a?…")]
    [InlineData("http://[::1]:80/a?secret", "http://[::1]/a?…")]
    [InlineData("https://user:secret@[bad/a?secret", "https://[bad/a?…")]
    [InlineData("https://user:se@cret@x y/a?secret", "https://x y/a?…")]
    [InlineData("//user:secret@x.example/a?secret", "//x.example/a?…")]
    [InlineData("https://user:secret/secret@x.example/a", "https://x.example/a")]
    [InlineData("https://user:secret?secret@x.example:port/a", "https://x.example:port/a")]
    [InlineData("weights/what?.bin", "weights/what?.bin")]
    [InlineData("/data//what?.jpg", "/data//what?.jpg")]
    [InlineData("", "")]
    public void Of_Text_HidesWhatCanBeASecret(string place, string expected)
    {
        Assert.Equal(expected, AddressText.Of(place));
        Assert.DoesNotContain("secret", AddressText.Of(place), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/b?sig=secret", "/a/b?…")]
    [InlineData("a#secret", "a")]
    [InlineData("//user:secret@x.example/a", "//x.example/a")]
    public void Of_RelativeAddress_HidesWhatCanBeASecret(string address, string expected) =>
        Assert.Equal(expected, AddressText.Of(new Uri(address, UriKind.Relative)));

    [Fact]
    public void Of_File_IsItsPath() => Assert.Equal(Path.GetFullPath("a?b"), AddressText.Of(new Uri(Path.GetFullPath("a?b"))));

    [Fact]
    public void Of_LongAddress_IsCut() => Assert.Equal(
        Quoted.LongestFault + 1, AddressText.Of(new Uri("https://x.example/" + new string('a', 5000))).Length);
}
