using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>duplicates</c>, and <c>inspect --outliers</c>, as a user runs them.</summary>
public sealed class DuplicatesTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task Duplicates_OfAFolderWithCopies_ListsThemAndChangesNothing()
    {
        (string folder, string list) = (CopyGood(), files.NewFile("copies.txt"));
        string[] before = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        ChildResult result = await Tool.RunAsync("duplicates", folder, "-m", files.Model, "--threshold", "1", "--list", list, "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement group = Assert.Single(document.RootElement.GetProperty("groups").EnumerateArray());
        Assert.Equal(before[0], group.GetProperty("representative").GetString());
        JsonElement member = Assert.Single(group.GetProperty("members").EnumerateArray());
        Assert.Equal(before[1], member.GetProperty("path").GetString());
        Assert.True(member.GetProperty("isCopy").GetBoolean());
        Assert.Equal(4, document.RootElement.GetProperty("compared").GetInt32());
        Assert.Equal([before[1]], await File.ReadAllLinesAsync(list));
        Assert.Equal(before, Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Duplicates_AgainstAFolder_ListsTheImagesThatAreCopiesOfItsImages()
    {
        (string folder, string list) = (CopyGood(), files.NewFile("copies.txt"));
        string other = files.NewFolder();
        string original = Path.Combine(other, "original.png");
        File.Copy(files.GoodImages[0], original);
        await TestFiles.WriteImageAsync(Path.Combine(other, "unlike.png"), seed: 9);
        ChildResult result = await Tool.RunAsync(
            "duplicates", folder, "--against", other, "-m", files.Model, "--threshold", "1", "--list", list, "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement against = document.RootElement.GetProperty("against");
        Assert.Equal((4, 2), (document.RootElement.GetProperty("compared").GetInt32(), against.GetProperty("compared").GetInt32()));
        JsonElement[] copies = [.. against.GetProperty("copies").EnumerateArray()];
        string[] expected = [Path.Combine(folder, "0.png"), Path.Combine(folder, "1.png")];
        Assert.Equal(expected, copies.Select(copy => copy.GetProperty("path").GetString()!));
        Assert.All(copies, copy => Assert.Equal(original, copy.GetProperty("copyOf").GetString()));
        Assert.Equal(expected, await File.ReadAllLinesAsync(list));
    }

    [Fact]
    public async Task Duplicates_AgainstTheFolderAround_LeavesTheImagesThemselvesOut()
    {
        string deep = Path.Combine(files.Good, "deep");
        ChildResult result = await Tool.RunAsync("duplicates", deep, "--against", files.Good, "-m", files.Model, "--threshold", "0.99999");
        AssertExit(0, result);
        Assert.Contains("Compared 1 image with 2 images of", result.Output, StringComparison.Ordinal);
        Assert.Contains("0 copies", result.Output, StringComparison.Ordinal);
        ChildResult same = await Tool.RunAsync("duplicates", files.Good, "--against", files.Good, "-m", files.Model, "--threshold", "1");
        AssertExit(2, same);
        Assert.Contains("has no images besides those", same.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicates_AgainstBrokenImagesOnly_FailsAndWritesNoList()
    {
        (string other, string list) = (files.NewFolder(), files.NewFile("copies.txt"));
        await File.WriteAllTextAsync(Path.Combine(other, "broken.jpg"), "no image");
        ChildResult result = await Tool.RunAsync(
            "duplicates", files.Good, "--against", other, "-m", files.Model, "--threshold", "0.9", "--list", list);
        AssertExit(1, result);
        Assert.Contains($"No image of '{other}' could be read.", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(list));
    }

    [Fact]
    public async Task Duplicates_WithAFalseMatchRate_ChoosesTheThresholdByDifferentImages()
    {
        ChildResult result = await Tool.RunAsync(
            "duplicates", CopyGood(), files.Mixed, "-m", files.Model, "--false-match-rate", "0.25", "--different", files.Good);
        AssertExit(3, result);
        Assert.Contains("At most 0 of 3 pairs of different images reach 0.", result.Output, StringComparison.Ordinal);
        Assert.Contains("broken.jpg", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threshold is 1.5", "--threshold", "1.5")]
    [InlineData("give one", "--threshold", "0.9", "--false-match-rate", "0.1", "--different", ".")]
    [InlineData("go together", "--false-match-rate", "0.1")]
    [InlineData("No threshold is known", "--model", "untrained:scott-mini-112")]
    [InlineData("does not exist", "--threshold", "0.9", "--list", "none/copies.txt")]
    [InlineData("does not exist", "--threshold", "0.9", "--against", "none")]
    public async Task Duplicates_WithImpossibleOptions_IsAUsageError(string message, params string[] options)
    {
        ChildResult result = await Tool.RunAsync(["duplicates", files.Good, .. options]);
        AssertExit(2, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicates_TooFewDifferentImages_SaysHowManyThereAreAndWhatToDo()
    {
        ChildResult result = await Tool.RunAsync(
            "duplicates", files.Good, "-m", files.Model, "--false-match-rate", "1e-6", "--different", files.Good);
        AssertExit(2, result);
        Assert.Contains($"--false-match-rate and the images of '{files.Good}' give no threshold: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("there are 3. Give more images, or a higher rate.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Actual value", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicates_AmongBrokenImagesOnly_Fails()
    {
        ChildResult result = await Tool.RunAsync("duplicates", Path.Combine(files.Mixed, "broken.jpg"), "-m", files.Model, "--threshold", "0.9");
        AssertExit(1, result);
        Assert.Contains("No image could be read.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_WithOutliers_FindsAWrongLabel()
    {
        string folder = files.NewFolder();
        foreach (string name in new[] { "even", "odd" })
            Directory.CreateDirectory(Path.Combine(folder, name));

        for (int i = 0; i < 24; i++)
        {
            // The images of a class differ in their noise only; one is in the folder of the other class.
            string name = (i % 2 == 0) == (i != 6) ? "even" : "odd";
            await TestFiles.WriteImageAsync(Path.Combine(folder, name, $"{i:00}.png"), seed: i % 2 == 0 ? 3 : 40, width: 96 + (i / 2));
        }

        ChildResult result = await Tool.RunAsync("inspect", folder, "--labeled", "--outliers", "-m", files.Model, "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement outliers = document.RootElement.GetProperty("outliers");
        Assert.Equal(24, outliers.GetProperty("compared").GetInt32());
        double[] scores = [.. outliers.GetProperty("farthest").EnumerateArray().Select(each => each.GetProperty("score").GetDouble())];
        Assert.InRange(scores.Length, 10, 24);
        Assert.Equal(scores.OrderDescending(), scores);
        JsonElement wrong = Assert.Single(outliers.GetProperty("wrongLabels").EnumerateArray());
        Assert.EndsWith("06.png", wrong.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Equal(("odd", "even"), (wrong.GetProperty("label").GetString(), wrong.GetProperty("suggested").GetString()));
    }

    /// <summary>The good images in a new folder, the first one twice.</summary>
    private string CopyGood()
    {
        string folder = files.NewFolder();
        foreach ((int index, string image) in files.GoodImages.Prepend(files.GoodImages[0]).Index())
            File.Copy(image, Path.Combine(folder, $"{index}.png"));

        return folder;
    }
}
