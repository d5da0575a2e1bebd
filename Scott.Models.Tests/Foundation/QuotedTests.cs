using Scott.Models.Foundation;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Foundation;

public sealed class QuotedTests
{
    [Fact]
    public void Value_LongOrWithControls_IsOneShortLine()
    {
        Assert.Equal("abc", Quoted.Value("abc"));
        Assert.Equal(new string('a', Quoted.LongestValue) + "…", Quoted.Value(new string('a', 1_000_000)));
        Assert.Equal("a\\u000ab", Quoted.Value("a\nb"));
        Assert.Equal("a…", Quoted.Value("a😀b", longest: 2));
    }

    [Fact]
    public void Names_Many_AreTheFirstAndACount()
    {
        Assert.Equal("a, b", Quoted.Names(["a", "b"]));
        Assert.EndsWith(", n19 and 80 more", Quoted.Names(Enumerable.Range(0, 100).Select(i => $"n{i}")), StringComparison.Ordinal);
    }

    [Fact]
    public void FaultList_ManyLongFaults_KeepsTheFirstAndCountsTheRest()
    {
        var faults = new FaultList("Thing");
        for (int i = 0; i < 1000; i++)
            faults.Require(false, $"Fault {i} {new string('x', 10_000)}");

        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(faults.ThrowIfAny);
        Assert.Equal((50, 1000), (error.Faults.Count, error.FaultCount));
        Assert.StartsWith("Thing is not valid, 1000 faults:", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("- and 950 more", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, Quoted.LongestMessage);
    }

    [Fact]
    public void FaultList_OptionsWithManyValues_AreCapped()
    {
        var options = new ZooOptions { Manifests = [.. Enumerable.Repeat("ftp://user:secret@x.example/", 100_000)] };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Equal((50, 100_000), (error.Faults.Count, error.FaultCount));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_LongMessage_IsCutAndSaysSo()
    {
        var error = new SafetensorsException(
            "a.safetensors", SafetensorsFault.DuplicateKey, $"'{new string('x', 10_000_000)}' occurs twice in its header.");
        Assert.InRange(error.Message.Length, 1, Quoted.LongestMessage + 100);
        Assert.EndsWith(" more characters)", error.Message, StringComparison.Ordinal);
    }
}
