using System.Globalization;
using System.Text.Json;
using Scott.Models.Tests.Imaging;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The commands <c>anomalies learn</c> and <c>anomalies score</c> as a user runs them.</summary>
public sealed class AnomaliesTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task LearnAndScore_AFolder_WritesDetectorTableAndMaps()
    {
        string detector = files.NewFile("detector.safetensors");
        ChildResult learned = await LearnAsync(detector, files.Good);
        AssertExit(0, learned);
        Assert.Contains("Learned from 3 images", learned.Output, StringComparison.Ordinal);
        Assert.Contains("A false alarm rate of 1 % needs 99 normal images, and there are 3.", learned.Error, StringComparison.Ordinal);
        string maps = files.NewFile("maps");
        ChildResult scored = await Tool.RunAsync("anomalies", "score", files.Good, "-d", detector, "-m", files.Model, "--maps", maps, "--top", "2");
        AssertExit(0, scored);
        Assert.Contains("at most 25 % of normal images", scored.Output, StringComparison.Ordinal);
        Assert.Equal(2, scored.Output.Split('\n').Count(line => line.Contains(".png", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(
            ["0001-B, \"b\".png", "0002-a.png", "0003-c.png"],
            Directory.EnumerateFiles(maps).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Score_ImagesOfFiveChannels_DrawsMapsOfWhatTheModelSees()
    {
        (string model, string detector) = (files.NewFile("five.safetensors"), files.NewFile("detector.safetensors"));
        (string images, string maps) = (files.NewFolder(), files.NewFile("maps"));
        await ScottModel.Create(Architectures.Tiny with { ImageChannels = 5 }, seed: 5).SaveAsync(model, TestContext.Current.CancellationToken);
        var recipe = new TiffRecipe(40, 30) { Bits = 16, Channels = 5, Photometric = "MINISBLACK" };
        for (int i = 0; i < 3; i++)
        {
            byte[] samples = TiffDecoderTests.Bytes(40 * 30 * 5 * sizeof(ushort), i);
            await File.WriteAllBytesAsync(Path.Combine(images, $"{i}.tif"), TiffFiles.Write(recipe, samples), TestContext.Current.CancellationToken);
        }

        AssertExit(0, await Tool.RunAsync("anomalies", "learn", images, "-o", detector, "-m", model, "--size", "64"));
        AssertExit(0, await Tool.RunAsync("anomalies", "score", images, "-d", detector, "-m", model, "--maps", maps));
        Assert.Equal(
            ["0001-0.png", "0002-1.png", "0003-2.png"],
            Directory.EnumerateFiles(maps).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task LearnAndScore_WithJson_GiveTheFiguresAndCountSkippedImages()
    {
        string detector = files.NewFile("detector.safetensors");
        using JsonDocument learned = Json(3, await LearnAsync(
            detector, files.Good, files.Mixed, "--false-alarms", "0.25", "--patches", "20", "--blocks", "0", "1", "--json"));
        Assert.Equal((4, 20), (learned.RootElement.GetProperty("images").GetInt32(), learned.RootElement.GetProperty("patches").GetInt32()));
        Assert.Equal(0.2, learned.RootElement.GetProperty("falseAlarmRate").GetDouble(), 9);
        using JsonDocument scored = Json(
            3, await Tool.RunAsync("anomalies", "score", files.Mixed, "-d", detector, "-m", files.Model, "--json"));
        JsonElement image = Assert.Single(scored.RootElement.GetProperty("images").EnumerateArray());
        Assert.EndsWith("good.png", image.GetProperty("path").GetString(), StringComparison.Ordinal);
        float threshold = scored.RootElement.GetProperty("threshold").GetSingle();
        Assert.Equal(image.GetProperty("score").GetSingle() > threshold, image.GetProperty("isAnomalous").GetBoolean());
        Assert.Equal(1, scored.RootElement.GetProperty("skipped").GetProperty("count").GetInt32());

        string output = files.NewFile("scores.csv");
        AssertExit(3, await Tool.RunAsync("anomalies", "score", files.Mixed, "-d", detector, "-m", files.Model, "-o", output));
        string[] fields = (await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken))[1].Split(',');
        Assert.Equal(image.GetProperty("path").GetString(), fields[0]);
        Assert.Equal(image.GetProperty("score").GetSingle(), float.Parse(fields[1], CultureInfo.InvariantCulture));
        Assert.Equal(image.GetProperty("isAnomalous").GetBoolean() ? "true" : "false", fields[2]);
    }

    [Fact]
    public async Task Score_WithAnotherModel_FailsInOneLine()
    {
        string detector = files.NewFile("detector.safetensors");
        AssertExit(0, await LearnAsync(detector, files.Good));
        ChildResult result = await Tool.RunAsync("anomalies", "score", files.Good, "-d", detector, "-m", "untrained:scott-mini-112");
        AssertExit(1, result);
        Assert.Contains("error: The vectors are not comparable", result.Error, StringComparison.Ordinal);
        AssertExit(1, await Tool.RunAsync("anomalies", "score", files.Good, "-d", files.Model, "-m", files.Model));
    }

    [Fact]
    public async Task Learn_FromOneOrBrokenImages_Fails()
    {
        ChildResult one = await LearnAsync(files.NewFile("detector.safetensors"), files.GoodImages[0]);
        AssertExit(1, one);
        Assert.Contains("there is 1 normal image.", one.Error, StringComparison.Ordinal);
        AssertExit(1, await LearnAsync(files.NewFile("detector.safetensors"), Path.Combine(files.Mixed, "broken.jpg")));
    }

    [Theory]
    [InlineData("ImagePixels is 100; expected a multiple of the model's patch side", "learn", "--size", "100")]
    [InlineData("FalseAlarmRate is 0; expected more than 0", "learn", "--false-alarms", "0")]
    [InlineData("A block is 9; expected 0 to 1.", "learn", "--blocks", "9")]
    [InlineData("The detector 'no-such-file' does not exist.", "score", "-d", "no-such-file")]
    [InlineData("Option '--detector' is required.", "score")]
    public async Task Run_WithImpossibleOptions_IsAUsageErrorThatSaysWhy(string expected, string command, params string[] options)
    {
        string[] output = command == "learn" ? ["-o", files.NewFile("detector.safetensors")] : [];
        ChildResult result = await Tool.RunAsync(["anomalies", command, files.Good, "-m", files.Model, .. output, .. options]);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private Task<ChildResult> LearnAsync(string detector, params string[] arguments) =>
        Tool.RunAsync(["anomalies", "learn", .. arguments, "-o", detector, "-m", files.Model, "--size", "64"]);

    private static JsonDocument Json(int exitCode, ChildResult result)
    {
        AssertExit(exitCode, result);
        return JsonDocument.Parse(result.Output);
    }
}
