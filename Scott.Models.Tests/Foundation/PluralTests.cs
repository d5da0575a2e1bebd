using System.Text.RegularExpressions;
using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed partial class PluralTests
{
    [Theory]
    [InlineData(0, "0 images")]
    [InlineData(1, "1 image")]
    [InlineData(2, "2 images")]
    [InlineData(-1, "-1 image")]
    [InlineData(1_000_000, "1000000 images")]
    public void Of_Counts_HaveTheNumberTheyNeed(long count, string expected) => Assert.Equal(expected, Plural.Of(count, "image"));

    [Fact]
    public void Of_IrregularNoun_TakesThePluralGiven()
    {
        Assert.Equal("1 batch", Plural.Of(1, "batch", "batches"));
        Assert.Equal("3 batches", Plural.Of(3, "batch", "batches"));
    }

    /// <summary>A count in a message that is followed by a noun in the plural reads "1 images" one day.</summary>
    [Fact]
    public void Messages_CountsOfThings_AreWrittenByPlural()
    {
        string[] faults =
        [
            .. from folder in new[] { "Scott.Models", "Scott.Models.Cli", "samples" }
               from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
               where !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
               from line in File.ReadLines(path)
               where !line.TrimStart().StartsWith("///", StringComparison.Ordinal) && CountAndNoun().IsMatch(line)
               select $"{Path.GetRelativePath(Repository.Root, path)}: {line.Trim()}",
        ];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [GeneratedRegex(@"\{[\w.]*(\.Count|\.Length|Count|count)\} (\w+ )?"
        + @"(images|files|bytes|classes|steps|epochs|batches|tensors|checkpoints|models|labels|names|entries)\b")]
    private static partial Regex CountAndNoun();
}
