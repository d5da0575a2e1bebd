using System.Globalization;
using System.Text.Json;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary><c>scott classify</c> with a classifier of random weights: its file of predictions, and its test on labeled images.</summary>
public sealed class ClassifyTests(CliFixture files) : IClassFixture<CliFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Classify_IntoAFile_WritesALineForEachListedClass()
    {
        (string classifier, string output) = (await SaveClassifierAsync(), files.NewFile("out.csv"));
        ChildResult result = await Tool.RunAsync("classify", files.Good, files.Mixed, "-m", classifier, "-o", output, "--top", "2", "--json");
        AssertExit(3, result);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(output, document.RootElement.GetProperty("output").GetString());
        IEnumerable<string> expected = document.RootElement.GetProperty("images").EnumerateArray().SelectMany(
            image => image.GetProperty("classes").EnumerateArray().Select(each => Line(
                image.GetProperty("path").GetString()!, each.GetProperty("name").GetString()!, each.GetProperty("probability").GetSingle())));
        string[] lines = await File.ReadAllLinesAsync(output, Cancellation);
        Assert.Equal(["path,class,probability", .. expected], lines);
        Assert.Equal(1 + (2 * 4), lines.Length); // three good images and one of the mixed ones
    }

    [Fact]
    public async Task Classify_OfLabeledImages_SaysHowOftenItIsRight()
    {
        (string classifier, string output) = (await SaveClassifierAsync(), files.NewFile("out.csv"));
        string labeled = await SaveLabeledAsync(Classifiers.ClassNames[0], Classifiers.ClassNames[1]);
        await File.WriteAllTextAsync(Path.Combine(labeled, Classifiers.ClassNames[0], "broken.png"), "no image", Cancellation);
        ChildResult result = await Tool.RunAsync("classify", labeled, "-m", classifier, "--labeled", "-o", output, "--json");
        AssertExit(3, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement[] images = [.. document.RootElement.GetProperty("images").EnumerateArray()];
        int right = images.Count(
            image => image.GetProperty("expected").GetString() == image.GetProperty("classes")[0].GetProperty("name").GetString());
        JsonElement test = document.RootElement.GetProperty("test");
        Assert.Equal((4, right / 4.0), (test.GetProperty("images").GetInt32(), test.GetProperty("top1").GetDouble()));
        string[] lines = await File.ReadAllLinesAsync(output, Cancellation);
        Assert.Equal((5, "path,expected,class,probability"), (lines.Length, lines[0]));
        Assert.Equal(images.Select(image => image.GetProperty("expected").GetString()), lines.Skip(1).Select(line => line.Split(',')[1]));

        // Without --json no image is kept, and the file is the same.
        string again = files.NewFile("again.csv");
        ChildResult written = await Tool.RunAsync("classify", labeled, "-m", classifier, "--labeled", "-o", again);
        AssertExit(3, written);
        Assert.Contains("Wrote the predictions for 4 images", written.Output, StringComparison.Ordinal);
        Assert.Equal(lines, await File.ReadAllLinesAsync(again, Cancellation));

        ChildResult table = await Tool.RunAsync("classify", labeled, "-m", classifier, "--labeled");
        AssertExit(3, table);
        Assert.Matches(@"(?m)^Test: \d+\.\d% of 4 images right, mean per class \d+\.\d%\.$", table.Output);
        Assert.Contains("Left out 1 test image that could not be read.", table.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_OfImagesWithOtherLabels_NamesThem()
    {
        string labeled = await SaveLabeledAsync(Classifiers.ClassNames[0], "never seen");
        ChildResult result = await Tool.RunAsync("classify", labeled, "-m", await SaveClassifierAsync(), "--labeled");
        AssertExit(2, result);
        Assert.Contains("the classes 'never seen', which the classifier does not have", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_WithSeveralLabels_IsTestedByLabel()
    {
        string classifier = files.NewFile("labels.safetensors");
        float[] thresholds = [.. Classifiers.ClassNames.Select(_ => 0.5f)];
        await Classifiers.Create(ClassifierHead.Linear, thresholds: thresholds).SaveAsync(classifier, Cancellation);
        string labeled = await SaveLabeledAsync([.. Classifiers.ClassNames]);
        ChildResult result = await Tool.RunAsync("classify", labeled, "-m", classifier, "--labeled");
        AssertExit(0, result);
        Assert.Matches(@"(?m)^Test: mAP \d+\.\d% on \d+ images, by chance about", result.Output);
    }

    private static string Line(string path, string name, float probability)
    {
        string Quote(string text) => text.IndexOfAny([',', '"']) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return string.Create(CultureInfo.InvariantCulture, $"{Quote(path)},{Quote(name)},{probability}");
    }

    private async Task<string> SaveClassifierAsync()
    {
        string path = files.NewFile("classifier.safetensors");
        await Classifiers.Create(ClassifierHead.Linear).SaveAsync(path, Cancellation);
        return path;
    }

    /// <summary>Two images of each class.</summary>
    private async Task<string> SaveLabeledAsync(params string[] names)
    {
        string folder = files.NewFolder();
        foreach ((int number, string name) in names.Index())
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (int i = 0; i < 2; i++)
                await TestFiles.WriteImageAsync(Path.Combine(folder, name, $"{i}.png"), seed: (2 * number) + i);
        }

        return folder;
    }
}
