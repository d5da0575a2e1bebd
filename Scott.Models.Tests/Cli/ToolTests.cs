using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>What all commands share: help, completion, usage errors; and <c>doctor</c>.</summary>
public sealed class ToolTests
{
    private static readonly string[] Commands =
    [
        "embed", "search", "duplicates", "anomalies", "pretrain", "distill", "finetune", "classify", "classes", "evaluate", "compare", "protocol",
        "inspect", "export", "models", "doctor",
    ];

    public static TheoryData<string> AllCommands => [.. Commands];

    [Fact]
    public async Task Help_ListsEveryCommandAndTheExitCodes()
    {
        ChildResult result = await Tool.RunAsync("--help");
        AssertExit(0, result);
        Assert.All(Commands, command => Assert.Matches($@"(?m)^  {command}\b", result.Output));
        Assert.Matches(@"Exit codes:\s+0 +done\s+1 +failed\s+2 +wrong usage\s+3 +done, but some images were left out\s", result.Output);
    }

    [Fact]
    public async Task Help_OfCommandsOfSeveralRuns_SaysWhichOnesAnOptionReaches()
    {
        string protocol = (await Tool.RunAsync("protocol", "--help")).Output;
        Assert.All(
            [
                "The epochs", "The time", "Images in one batch", "The highest learning rate", "Decides every random choice",
                "Any other setting of the recipe", "The recipe",
            ],
            option => Assert.Contains($"{option} of pre-training", protocol, StringComparison.Ordinal));
        Assert.DoesNotContain("--patience", protocol, StringComparison.Ordinal);
        string compare = (await Tool.RunAsync("compare", "--help")).Output;
        Assert.Contains("The time of each run;", compare, StringComparison.Ordinal);
        Assert.Contains("End each run after", compare, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task Help_OfEachCommand_HasExamplesAndJson(string command)
    {
        ChildResult result = await Tool.RunAsync(command, "--help");
        AssertExit(0, result);
        Assert.Contains($"Examples:{Environment.NewLine}  scott {command}", result.Output, StringComparison.Ordinal);
        Assert.Contains("--json", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ev", "evaluate")]
    [InlineData("models ver", "verify")]
    [InlineData("embed --eng", "--engine")]
    [InlineData("embed --engine ", "torch")]
    public async Task Completion_OfABeginning_SuggestsTheRest(string typed, string expected)
    {
        ChildResult result = await Tool.RunAsync($"[suggest:{typed.Length}]", typed);
        AssertExit(0, result);
        Assert.Contains(expected, result.Output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData]
    [InlineData("retrain")]
    [InlineData("embed")]
    [InlineData("embed", "--no-such-option", "photos")]
    public async Task Run_WithArgumentsThatNameNothing_IsAUsageErrorThatNamesHelp(params string[] arguments)
    {
        ChildResult result = await Tool.RunAsync(arguments);
        AssertExit(2, result);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Run_UsageErrorOfASubcommand_NamesTheWholeCommand()
    {
        ChildResult result = await Tool.RunAsync("models", "download");
        AssertExit(2, result);
        Assert.Contains("Run 'scott models download --help' to see its arguments and options.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ExitCode_SaysWhetherSomethingNeedsDoing()
    {
        ChildResult result = await Tool.RunAsync("doctor", "--json");
        using var document = JsonDocument.Parse(result.Output);
        AssertExit(document.RootElement.GetProperty("isHealthy").GetBoolean() ? 0 : 1, result);
        JsonElement[] entries = [.. document.RootElement.GetProperty("entries").EnumerateArray()];
        foreach (string subject in new[] { "ONNX Runtime", "libtorch" })
        {
            JsonElement entry = entries.Single(entry => entry.GetProperty("subject").GetString() == subject);
            Assert.Equal(JsonValueKind.Null, entry.GetProperty("advice").ValueKind);
        }

        Assert.Contains("ONNX Runtime", (await Tool.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }
}
