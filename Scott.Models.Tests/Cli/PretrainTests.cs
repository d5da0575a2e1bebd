using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Scott.Models.Tests.Processes;
using Scott.Models.Weights;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>pretrain</c> as a user runs it.</summary>
public sealed partial class PretrainTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    [Fact]
    public async Task Pretrain_WithLabels_ShowsAndWritesEveryEpoch()
    {
        string output = files.NewPath();
        ChildResult result = await PretrainAsync(
            output,
            "--epochs", "3", "--labels-train", files.Images, "--labels-val", files.Images,
            "--evaluate-every", "2", "--learning-rate", "1e-4", "--device", "cpu");
        AssertExit(0, result);
        Assert.Matches(@"(?m)^ {4}1 .* - ", result.Output);
        Assert.Matches(@"(?m)^ {4}2 .*% .*%", result.Output);
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(output, "metrics.jsonl"))).Length);
        Assert.Contains("9 steps, 3 epochs", result.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(output, "model.safetensors"), result.Output, StringComparison.Ordinal);
        Assert.Contains("effective rank of the features", result.Output, StringComparison.Ordinal);
        ScottModel model = await ScottModel.FromFileAsync(Path.Combine(output, "model.safetensors"));
        Assert.True(model.Metadata.Metrics.ContainsKey("effectiveRank"));
    }

    [Fact]
    public async Task Pretrain_WithJson_PrintsOneDocumentAndTheTableToStandardError()
    {
        string output = files.NewPath();
        ChildResult result = await PretrainAsync(output, "--epochs", "1", "--precision", "float32", "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(3, document.RootElement.GetProperty("steps").GetInt64());
        Assert.Equal(Path.Combine(output, "model.safetensors"), document.RootElement.GetProperty("model").GetString());
        Assert.Matches(@"(?m)^ {4}1 ", result.Error);
    }

    [Fact]
    public async Task Pretrain_WithSettings_ChangesTheRecipe()
    {
        string output = files.NewPath();
        string[] settings =
        [
            "--set", "imageLevel.variance=0.2", "--set", "result=target", "--set", "augmentation.minimumScale=0.5",
            "--set", "augmentation.quarterTurnProbability=0.75",
        ];
        AssertExit(0, await PretrainAsync(output, ["--epochs", "1", .. settings]));
        ChildResult other = await PretrainAsync(output, "--epochs", "1");
        AssertExit(1, other);
        Assert.Contains("recipe.imageLevel.variance was 0.2, is 0", other.Error, StringComparison.Ordinal);
        Assert.Contains("augmentation.minimumScale was 0.5, is 0.2", other.Error, StringComparison.Ordinal);
        Assert.Contains("augmentation.quarterTurnProbability was 0.75, is 0", other.Error, StringComparison.Ordinal);
        Assert.Contains("recipe.result was \"Target\", is \"Context\"", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imageLevel.blur=1", "--set imageLevel.blur names no setting; expected one of invariance, variance, covariance, deviation.")]
    [InlineData("targetBlocks=many", "--set targetBlocks=many has a value of the wrong type for targetBlocks.")]
    [InlineData("targetBlocks", "--set targetBlocks is not NAME=VALUE.")]
    [InlineData("targetBlocks=0", "TargetBlocks is 0; expected 1 to 256.")]
    public async Task Pretrain_WithASettingThatIsWrong_IsAUsageError(string setting, string expected)
    {
        ChildResult result = await PretrainAsync(files.NewPath(), "--set", setting);
        AssertExit(2, result);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretrain_OfAFinishedRun_SaysSo()
    {
        string output = files.NewPath();
        AssertExit(0, await PretrainAsync(output, "--epochs", "1"));
        ChildResult again = await PretrainAsync(output, "--epochs", "1");
        AssertExit(0, again);
        Assert.Contains("Resuming from step 3", again.Error, StringComparison.Ordinal);
        Assert.Contains("finished before", again.Output, StringComparison.Ordinal);
    }

    /// <summary>Of two datasets with a folder of training images each, neither must get the run of the other.</summary>
    [Theory]
    [InlineData("flowers/train", "flowers")]
    [InlineData("flowers/Validation/", "flowers")]
    [InlineData("photos", "photos")]
    public async Task Pretrain_WithoutAnOutput_IsNamedAfterTheDataset(string images, string dataset)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The shell of Unix starts it in another folder.");
        string folder = files.NewFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, images.TrimEnd('/')))!);
        Directory.CreateSymbolicLink(Path.Combine(folder, images.TrimEnd('/')), files.Images);
        string command = Tool.ShellCommand("pretrain", images, "--model", files.Model, "--batch-size", "4", "--epochs", "1");
        AssertExit(0, await ChildProcess.RunAsync("sh", ["-c", $"cd '{folder}'; {command}"], OneThread));
        AssertHolds(Path.Combine(folder, "runs", dataset, "pretrain"), "model.safetensors");
    }

    [Fact]
    public async Task Pretrain_Interrupted_SavesAndPrintsTheCommandThatGoesOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another Ctrl-C.");
        const int Epochs = 25;
        string output = files.NewPath();
        string[] arguments = ["pretrain", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", $"{Epochs}"];
        ChildResult result = await Tool.RunAndInterruptAsync(() => HasRecords(output), arguments);
        AssertExit(130, result);
        Assert.False(File.Exists(Path.Combine(output, "model.safetensors")));
        Assert.Contains($"saved in '{output}'", result.Error, StringComparison.Ordinal);

        string command = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
        ChildResult resumed = await ChildProcess.RunAsync("sh", ["-c", command], OneThread);
        AssertExit(0, resumed);
        Match resumption = ResumedStep().Match(resumed.Error);
        Assert.True(resumption.Success, resumed.ToString());
        Assert.InRange(int.Parse(resumption.Groups[1].Value, CultureInfo.InvariantCulture), 3, (3 * Epochs) - 1);
        Assert.Equal(Epochs, (await File.ReadAllLinesAsync(Path.Combine(output, "metrics.jsonl"))).Length);
        AssertHolds(output, "model.safetensors", "report.html");
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("QUIT", 131)]
    public async Task Pretrain_SignaledToEnd_SavesAndResumes(string signal, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another a signal.");
        string output = files.NewPath();
        string[] arguments = ["pretrain", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", "25"];
        ChildResult result = await Tool.RunAndSignalAsync(signal, () => HasRecords(output), arguments);
        AssertExit(exitCode, result);
        Assert.Contains($"saved in '{output}'", result.Error, StringComparison.Ordinal);
        ChildResult resumed = await Tool.RunWithAsync(OneThread, arguments);
        AssertExit(0, resumed);
        Assert.Matches(ResumedStep(), resumed.Error);
        Assert.Equal(25, (await File.ReadAllLinesAsync(Path.Combine(output, "metrics.jsonl"))).Length);
    }

    [Fact]
    public async Task Pretrain_SignaledTwice_EndsAtOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another a signal.");
        string output = files.NewPath();
        ChildResult result = await Tool.RunAndSignalAsync(
            "TERM INT",
            () => HasRecords(output),
            "pretrain", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", "600");
        Assert.Contains(result.ExitCode, new[] { 130, 143 });
        Assert.DoesNotContain("saved in", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretrain_TerminalClosed_SavesAlthoughNobodyReads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "The program 'script' gives a process a terminal.");
        string output = files.NewPath();
        string command = Tool.ShellCommand(
            "pretrain", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", "600");
        var start = new ProcessStartInfo("/usr/bin/script", ["-qfc", command, "/dev/null"]) { RedirectStandardOutput = true };
        using (var terminal = new RunningChild(Process.Start(start)!))
        {
            _ = terminal.Output.ReadToEndAsync(TestContext.Current.CancellationToken);
            await terminal.UntilAsync(() => HasRecords(output));
            await terminal.KillAsync(); // The kernel hangs up on what runs in it.
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (IsAnyProcessAbout(output))
            await Task.Delay(50, limit.Token);

        Assert.NotEmpty(Directory.EnumerateFiles(output, "checkpoint-*.safetensors"));
    }

    [Fact]
    public async Task Pretrain_WithOtherImagesThanTheRunLearnedFrom_FailsInOneLine()
    {
        string images = files.NewFolder();
        for (int i = 0; i < 6; i++)
            await TestFiles.WriteImageAsync(Path.Combine(images, $"{i}.png"), seed: i);

        string[] arguments = ["pretrain", images, "--output", files.NewPath(), "--model", files.Model, "--batch-size", "3", "--epochs", "1"];
        AssertExit(0, await Tool.RunWithAsync(OneThread, arguments));
        File.Move(Path.Combine(images, "5.png"), Path.Combine(images, "x.png"));
        ChildResult result = await Tool.RunWithAsync(OneThread, arguments);
        AssertExit(1, result);
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("1 image was renamed (5.png to x.png)", line, StringComparison.Ordinal);
        AssertExit(0, await Tool.RunWithAsync(OneThread, [.. arguments, "--allow-changed-options"]));
    }

    [Fact]
    public async Task Pretrain_WithOtherOptionsThanTheRunWasBegunWith_FailsInOneLine()
    {
        string output = files.NewPath();
        AssertExit(0, await PretrainAsync(output, "--epochs", "1"));
        ChildResult result = await PretrainAsync(output, "--epochs", "1", "--seed", "3");
        AssertExit(1, result);
        Assert.Contains("eed was 47, is 3", Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        AssertExit(0, await PretrainAsync(output, "--epochs", "1", "--seed", "3", "--allow-changed-options"));
    }

    [Fact]
    public async Task Pretrain_OfSeveralFolders_TakesThemTogether()
    {
        string output = files.NewPath();
        ChildResult result = await Tool.RunWithAsync(
            OneThread,
            "pretrain", Path.Combine(files.Images, "even"), Path.Combine(files.Images, "odd"), "--model", files.Model,
            "--output", output, "--batch-size", "4", "--epochs", "1", "--half");
        AssertExit(0, result);
        Assert.Contains("on 12 images", result.Output, StringComparison.Ordinal);
        Assert.Contains("3 steps, 1 epoch", result.Output, StringComparison.Ordinal);
        ScottModel model = await ScottModel.FromFileAsync(Path.Combine(output, "model.safetensors"));
        Assert.All(model.Weights, weight => Assert.Equal(TensorDType.Float16, weight.DType));
    }

    [Fact]
    public async Task Pretrain_OfAFolderWithoutImages_FailsInOneLine()
    {
        string empty = files.NewFolder();
        ChildResult result = await Tool.RunAsync("pretrain", empty, "--model", files.Model, "--output", files.NewPath());
        AssertExit(1, result);
        Assert.Contains(empty, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Epochs is 0; expected 1 to ", "--epochs", "0")]
    [InlineData("--minutes is -1; expected more than 0", "--minutes", "-1")]
    [InlineData("--cache-mb is -1; expected at least 0.", "--cache-mb", "-1")]
    [InlineData("'0,5' is not a number.", "--learning-rate", "0,5")]
    [InlineData("StartMomentum is 1.5; expected 0 to 1.", "--momentum", "1.5")]
    [InlineData("'abacus' is not a device", "--device", "abacus")]
    [InlineData("Argument 'int8' not recognized.", "--precision", "int8")]
    [InlineData("There is no model 'no-such-model'", "--model", "no-such-model")]
    [InlineData("--labels-train and --labels-val go together", "--labels-train", ".")]
    [InlineData("--evaluate-every needs --labels-train", "--evaluate-every", "2")]
    [InlineData("'none.csv' does not exist; expected a CSV file or a folder.", "--labels-train", "none.csv", "--labels-val", "none.csv")]
    public async Task Pretrain_WithOptionsThatCannotBe_IsAUsageErrorThatSaysWhy(string expected, params string[] options)
    {
        string output = files.NewPath();
        ChildResult result = await Tool.RunAsync(["pretrain", files.Images, "--output", output, .. options]);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    [Theory]
    [InlineData("pretrain")]
    [InlineData("pretrain", "no-such-folder")]
    [InlineData("retrain")]
    public async Task Run_WithArgumentsThatNameNothing_IsAUsageError(params string[] arguments) => AssertExit(2, await Tool.RunAsync(arguments));

    [Fact]
    public async Task Pretrain_WithHelp_ShowsExamples()
    {
        ChildResult result = await Tool.RunAsync("pretrain", "--help");
        AssertExit(0, result);
        Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        Assert.Contains("--labels-train", result.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Resuming from step (\d+)")]
    private static partial Regex ResumedStep();

    /// <summary>Whether the command line of a process on Linux has a text in it.</summary>
    private static bool IsAnyProcessAbout(string text) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // no process, or one that has just ended
        }
    });

    private static void AssertHolds(string folder, params string[] names) =>
        Assert.All(names, name => Assert.True(File.Exists(Path.Combine(folder, name)), name));

    private Task<ChildResult> PretrainAsync(string output, params string[] options) =>
        Tool.RunWithAsync(OneThread, ["pretrain", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", .. options]);
}
