using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>What the tool reports of a training: the best epoch, the files, and what to do about a fault.</summary>
public sealed class TrainingReportTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    [Theory]
    [InlineData("effectiveRank", @"effective rank \d+\.\d\.")]
    [InlineData("linearAccuracy", @"linear probe's accuracy \d+\.\d%\.")]
    public async Task Pretrain_ByAFigureOfItsOwn_NamesThatFigure(string watched, string expected)
    {
        ChildResult result = await PretrainAsync(
            files.NewPath(), "--labels-train", files.Images, "--labels-val", files.Images, "--set", $"watched={watched}", "--json");
        AssertExit(0, result);
        Assert.Matches($"Best epoch: 1, by {expected}", result.Error);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(watched, document.RootElement.GetProperty("bestFigureName").GetString());
        Assert.Contains(document.RootElement.GetProperty("files").EnumerateArray(), IsBest);
    }

    [Fact]
    public async Task Pretrain_BestModelOfAnEarlierRun_IsNotListed()
    {
        string output = files.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(output, "best.safetensors"), "of another run");
        ChildResult result = await PretrainAsync(output, "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        Assert.DoesNotContain(document.RootElement.GetProperty("files").EnumerateArray(), IsBest);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("bestFigureName").ValueKind);
        Assert.DoesNotContain("best.safetensors", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretrain_StepOfMoreBatchesThanAnEpochHas_AdvisesTheOptionsOfTheTool()
    {
        ChildResult result = await PretrainAsync(files.NewPath(), "--set", "accumulatedBatches=10");
        AssertExit(1, result);
        Assert.Contains("Lower --set accumulatedBatches or --batch-size.", result.Error, StringComparison.Ordinal);
    }

    private static bool IsBest(JsonElement file) => file.GetString()!.EndsWith("best.safetensors", StringComparison.Ordinal);

    private Task<ChildResult> PretrainAsync(string output, params string[] options) => Tool.RunWithAsync(
        OneThread,
        ["pretrain", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", "1", .. options]);
}
