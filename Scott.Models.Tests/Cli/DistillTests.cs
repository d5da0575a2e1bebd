using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>distill</c> as a user runs it.</summary>
public sealed class DistillTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    [Fact]
    public async Task Distill_WithLabels_PrintsBeforeAfterAndTheTeacher()
    {
        string output = files.NewPath();
        ChildResult result = await DistillAsync(
            output, "--teacher", "scott-mini-112", "--labels-train", files.Images, "--labels-val", files.Images, "--epochs", "2");
        AssertExit(0, result);
        Assert.Contains("6 steps, 2 epochs", result.Output, StringComparison.Ordinal);
        Assert.All(["before", "after", "the teacher"], word => Assert.Contains(word, result.Output, StringComparison.Ordinal));
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(output, "metrics.jsonl"))).Length);
        ScottModel model = await ScottModel.FromFileAsync(Path.Combine(output, "model.safetensors"));
        Assert.Contains("distilled from scott-mini-112", model.Metadata.Provenance, StringComparison.Ordinal);
        ChildResult again = await DistillAsync(
            output, "--teacher", "scott-mini-112", "--labels-train", files.Images, "--labels-val", files.Images, "--epochs", "2");
        AssertExit(0, again);
        Assert.Contains("finished before", again.Output, StringComparison.Ordinal);
    }

    /// <summary>The run ends between two measurements.</summary>
    [Fact]
    public async Task Distill_EndedByPatience_PrintsTheLastAccuracyWithItsEpoch()
    {
        ChildResult result = await DistillAsync(
            files.NewPath(), "--teacher", "scott-mini-112", "--labels-train", files.Images, "--labels-val", files.Images,
            "--epochs", "40", "--evaluate-every", "2", "--patience", "3", "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement run = document.RootElement;
        Assert.True(run.GetProperty("endedEarly").GetBoolean());
        int measured = run.GetProperty("epochs").GetInt32() - 1;
        Assert.Equal(measured, run.GetProperty("afterEpoch").GetInt32());
        Assert.InRange(run.GetProperty("after").GetProperty("neighborTop1").GetDouble(), 0, 1);
        Assert.Contains($"after epoch {measured}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    public async Task Distill_TeacherInAnOnnxFile_NeedsItsInputOnly(string precision)
    {
        string network = Path.Combine(files.NewFolder(), "network.onnx");
        ScottModel teacher = await ScottModel.FromFileAsync(files.Model);
        await teacher.ExportOnnx(network).SaveAsync();
        string input = Path.ChangeExtension(network, ".json");
        await File.WriteAllTextAsync(
            input, $$"""{ "preprocessing": {{teacher.Preprocessing.ToJson()}}, "outputName": "embedding" }""");
        ChildResult result = await DistillAsync(
            files.NewPath(), "--teacher", network, "--teacher-input", input, "--epochs", "1", "--precision", precision, "--json");
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(3, document.RootElement.GetProperty("steps").GetInt64());
        Assert.True(File.Exists(document.RootElement.GetProperty("model").GetString()));
    }

    [Theory]
    [InlineData("error: ")]
    [InlineData("error: ", "--teacher", "no-such-model")]
    [InlineData("error: ", "--teacher", "no-such-file.onnx")]
    [InlineData("--teacher-input", "--teacher", "scott-mini-112", "--teacher-input", "no-such-file.json")]
    [InlineData("--set relationWeigth", "--teacher", "scott-mini-112", "--set", "relationWeigth=1")]
    [InlineData("go together", "--teacher", "scott-mini-112", "--labels-train", ".")]
    public async Task Distill_WithOptionsThatCannotBe_IsAUsageError(string expected, params string[] options)
    {
        string output = files.NewPath();
        ChildResult result = await DistillAsync(output, options);
        AssertExit(2, result);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    private Task<ChildResult> DistillAsync(string output, params string[] options) => Tool.RunAsync(
        ["distill", files.Images, "--model", files.Model, "--batch-size", "4", "--output", output, .. options]);
}
