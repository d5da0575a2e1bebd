using System.Text.Json;
using System.Text.RegularExpressions;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The commands <c>finetune</c>, <c>compare</c> and <c>evaluate</c> as a user runs them.</summary>
public sealed partial class FineTuneTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    [Theory]
    [InlineData("full", "simple", "float32")]
    [InlineData("frozen", "linear", "bfloat16")]
    [InlineData("last-blocks", "multi-head", "auto")]
    [InlineData("adapters", "cross", "auto")]
    public async Task FineTune_EveryScope_GivesAClassifierThatOnnxRuntimeRunsAlike(string scope, string head, string precision)
    {
        string output = files.NewPath();
        ChildResult result = await FineTuneAsync(output, "--scope", scope, "--head", head, "--test", files.Images, "--precision", precision);
        AssertExit(0, result);
        Assert.Matches(@"(?m)^ {4}2 .*% .*% .*%", result.Output);
        Assert.Contains("name the same class for 12 of 12 images", result.Output, StringComparison.Ordinal);
        Assert.All(
            ["classifier.safetensors", "classifier.onnx", "metrics.jsonl", "report.html", "test/metrics.json", "test/confusion.svg"],
            name => Assert.True(File.Exists(Path.Combine(output, name)), name));
        ScottClassifier classifier = await ScottClassifier.FromFileAsync(Path.Combine(output, "classifier.safetensors"));
        Assert.Equal(["even", "odd"], classifier.ClassNames);
        string expected = head.Replace("-", string.Empty, StringComparison.Ordinal);
        Assert.Equal(expected, classifier.Head.ToString().Replace("Attentive", string.Empty, StringComparison.Ordinal), ignoreCase: true);
        ScottModel before = await ScottModel.FromFileAsync(files.Model);
        bool hasChanged = before.Weights.Any(weight => !weight.Data.Span.SequenceEqual(classifier.Model.Weights[weight.Name].Data.Span));
        Assert.Equal(scope != "frozen", hasChanged);
    }

    [Fact]
    public async Task FineTune_WithSettings_ChangesTheRecipe()
    {
        string output = files.NewPath();
        string[] settings =
        [
            "--set", "scope=frozenBackbone", "--set", "classBalance=balanced", "--set", "labelSmoothing=0",
            "--set", "augmentation.minimumScale=0.35",
        ];
        AssertExit(0, await FineTuneAsync(output, settings));

        // An option of its own wins over --set.
        ChildResult other = await FineTuneAsync(output, "--layer-decay", "0.5", "--set", "layerDecay=0.6");
        AssertExit(1, other);
        Assert.Contains("recipe.scope was \"FrozenBackbone\", is \"Full\"", other.Error, StringComparison.Ordinal);
        Assert.Contains("recipe.classBalance was \"Balanced\", is \"None\"", other.Error, StringComparison.Ordinal);
        Assert.Contains("recipe.labelSmoothing was 0, is 0.1", other.Error, StringComparison.Ordinal);
        Assert.Contains("recipe.layerDecay was 0.75, is 0.5", other.Error, StringComparison.Ordinal);
        Assert.Contains("augmentation.minimumScale was 0.35, is 0.2", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_OfAFinishedRun_ChangesNothing()
    {
        string output = files.NewPath();
        AssertExit(0, await FineTuneAsync(output));
        byte[] first = await File.ReadAllBytesAsync(Path.Combine(output, "classifier.safetensors"));
        ChildResult again = await FineTuneAsync(output);
        AssertExit(0, again);
        Assert.Contains("Resuming from step", again.Error, StringComparison.Ordinal);
        Assert.Equal(first, await File.ReadAllBytesAsync(Path.Combine(output, "classifier.safetensors")));
    }

    [Fact]
    public async Task FineTune_Interrupted_SavesAndPrintsTheCommandThatGoesOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another Ctrl-C.");
        string output = files.NewPath();
        ChildResult result = await Tool.RunAndInterruptAsync(
            () => HasRecords(output), "finetune", files.Images, "--model", files.Model, "--output", output, "--epochs", "500", "--batch-size", "4");
        AssertExit(130, result);
        Assert.Contains("the run is saved in", result.Error, StringComparison.Ordinal);
        Assert.Matches(CommandThatGoesOn(), result.Error);
        Assert.NotEmpty(Directory.EnumerateFiles(output, "checkpoint-*"));
    }

    [Fact]
    public async Task Compare_ThreeRuns_AreOneTable()
    {
        string output = files.NewPath();
        ChildResult result = await Tool.RunWithAsync(
            OneThread,
            "compare", files.Images, files.Images, "--model", files.Model, "--output", output, "--epochs", "1", "--batch-size", "6");
        AssertExit(0, result);
        Assert.All(
            ["head on frozen features", "full fine-tuning", "from scratch"],
            name => Assert.Matches($@"(?m)^│ {name} +│ 1 +│ \d+\.\d% +│ \d+\.\d% +│", result.Output));
        Assert.All(["frozen", "full", "scratch"], name => Assert.True(File.Exists(Path.Combine(output, name, "classifier.onnx")), name));
        const string Shared = "warning: 12 of the 12 test images are training images too, so that results will look better than they are.";
        Assert.Single(result.Error.Split('\n'), line => line.TrimEnd() == Shared);
        ScottClassifier scratch = await ScottClassifier.FromFileAsync(Path.Combine(output, "scratch", "classifier.safetensors"));
        ScottModel trained = await ScottModel.FromFileAsync(files.Model);
        Assert.Equal(trained.Architecture, scratch.Model.Architecture);
        Assert.StartsWith("fine-tuned from custom (initialized, seed 47); ", scratch.Metadata.Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_InterruptedWithJson_HasTheShapeOfAFinishedComparison()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another Ctrl-C.");
        string output = files.NewPath();
        ChildResult result = await Tool.RunAndInterruptAsync(
            () => HasRecords(Path.Combine(output, "frozen")),
            "compare", files.Images, files.Images, "--model", files.Model, "--output", output, "--epochs", "500", "--batch-size", "4", "--json");
        AssertExit(130, result);
        Assert.Contains($"the run is saved in '{output}'", result.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(result.Output);
        AssertIsComparison(isInterrupted: true, document.RootElement);
        Assert.Contains(" compare ", document.RootElement.GetProperty("resumeCommand").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTuneAndClassify_WithJson_AgreeOnTheClasses()
    {
        string output = files.NewPath();
        ChildResult tuned = await FineTuneAsync(output, "--test", files.Images, "--json");
        AssertExit(0, tuned);
        using var run = JsonDocument.Parse(tuned.Output);
        string classifier = run.RootElement.GetProperty("classifier").GetString()!;
        Assert.Equal(12, run.RootElement.GetProperty("test").GetProperty("images").GetInt32());

        ChildResult classified = await Tool.RunAsync("classify", files.Images, "--model", classifier, "--top", "2", "--json");
        AssertExit(0, classified);
        using var document = JsonDocument.Parse(classified.Output);
        JsonElement[] images = [.. document.RootElement.GetProperty("images").EnumerateArray()];
        Assert.Equal(12, images.Length);
        Assert.All(images, image =>
        {
            JsonElement[] classes = [.. image.GetProperty("classes").EnumerateArray()];
            Assert.Equal(["even", "odd"], classes.Select(each => each.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
            Assert.Equal(1, classes.Sum(each => each.GetProperty("probability").GetDouble()), 1e-5);
        });
    }

    [Fact]
    public async Task Classify_OfABackbone_FailsInOneLine()
    {
        ChildResult result = await Tool.RunAsync("classify", files.Images, "--model", files.Model);
        AssertExit(1, result);
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("holds no classifier", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_SeveralFolders_AreTakenTogether()
    {
        ChildResult result = await Tool.RunWithAsync(
            OneThread,
            "finetune", files.Images, files.Images, "--output", files.NewPath(), "--model", files.Model, "--batch-size", "4", "--epochs", "1");
        AssertExit(0, result);
        Assert.Contains("on 24 images of 2 classes", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_TwoModels_IsOneTable()
    {
        string output = files.NewPath();
        ChildResult result = await Tool.RunWithAsync(
            OneThread, "evaluate", files.Images, files.Images, "--model", files.Model, "untrained:vit-mini-112", "--seeds", "2", "--output", output);
        AssertExit(0, result);
        Assert.Matches(@"(?m)^│ untrained:vit-mini-112 +(│ \d+\.\d ± \d+\.\d % +){4}│", result.Output);
        string[] folders = [.. Directory.EnumerateDirectories(output).Select(folder => Path.GetFileName(folder))];
        Assert.Equal(2, folders.Length);
        Assert.Contains("untrained_vit-mini-112", folders);
        Assert.Contains(folders, name => name.EndsWith("_tiny", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evaluate_SecondModelDamaged_SaysSoBesideTheFirstResult()
    {
        string broken = files.NewPath() + ".safetensors";
        await File.WriteAllTextAsync(broken, "no model");
        ChildResult result = await Tool.RunWithAsync(
            OneThread,
            "evaluate", files.Images, files.Images, "--model", files.Model, broken, "--seeds", "1", "--attentive", "simple", "--json");
        AssertExit(1, result);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Single(document.RootElement.GetProperty("models").EnumerateArray());
        Assert.Contains(broken, document.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(document.RootElement.GetProperty("isInterrupted").GetBoolean());
    }

    [Fact]
    public async Task Evaluate_ChoiceInOtherLetterCase_IsTheChoice()
    {
        ChildResult result = await Tool.RunWithAsync(
            OneThread, "evaluate", files.Images, files.Images, "--model", files.Model, "--seeds", "1", "--attentive", "SIMPLE");
        AssertExit(0, result);
        Assert.DoesNotContain("best attentive", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_TestFolderWithSomeOfTheClasses_CountsThemByTheirNames()
    {
        string test = files.NewFolder();
        Directory.CreateSymbolicLink(Path.Combine(test, "odd"), Path.Combine(files.Images, "odd"));
        ChildResult result = await FineTuneAsync(files.NewPath(), "--test", test);
        AssertExit(0, result);
        Assert.Matches(@"(?m)^│ even +│ 0 +│ - +│", result.Output);
        Assert.Matches(@"(?m)^│ odd +│ 6 +│ \d+\.\d% +│", result.Output);
    }

    [Theory]
    [InlineData("--test")]
    [InlineData("--val")]
    public async Task FineTune_FolderWithOtherClasses_IsAUsageErrorBeforeTheRun(string option)
    {
        string other = files.NewFolder();
        Directory.CreateSymbolicLink(Path.Combine(other, "third"), Path.Combine(files.Images, "odd"));
        string output = files.NewPath();
        ChildResult result = await FineTuneAsync(output, option, other);
        AssertExit(2, result);
        string fault = "has the classes 'third', which the training images do not have; expected only 'even', 'odd'.";
        Assert.Contains(fault, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    [Theory]
    [InlineData("Option '--model' is required.", "evaluate", ".", ".")]
    [InlineData("There is no model 'no-such-model'", "evaluate", ".", ".", "--model", "scott-mini-112", "no-such-model")]
    [InlineData("There is no model 'untrained:no-such-architecture'", "evaluate", ".", ".", "--model", "untrained:no-such-architecture")]
    [InlineData("--model names the same model twice", "evaluate", ".", ".", "--model", "scott-mini-112", "scott-mini-112")]
    [InlineData("--seeds is 0; expected 1 to 1000.", "evaluate", ".", ".", "--model", "scott-mini-112", "--seeds", "0")]
    [InlineData("--patience or --set watched asks for an accuracy", "pretrain", "IMAGES", "--patience", "3", "--epochs", "4")]
    [InlineData("--set imageLevel=null has a value of the wrong type", "pretrain", "IMAGES", "--set", "imageLevel=null")]
    [InlineData("'org/name/more' is not the name of a repository", "evaluate", "IMAGES", "IMAGES", "--model", "hf:org/name/more")]
    [InlineData("'no-such-folder' does not exist; expected a CSV file or a folder.", "finetune", "no-such-folder")]
    [InlineData("Argument 'half' not recognized.", "finetune", ".", "--scope", "half")]
    [InlineData("Argument 'two' not recognized.", "finetune", ".", "--head", "two")]
    [InlineData("'no-such.csv' does not exist; expected a CSV file or a folder.", "finetune", ".", "--test", "no-such.csv")]
    [InlineData("LayerDecay is 2; expected over 0 and at most 1.", "finetune", ".", "--layer-decay", "2")]
    [InlineData("There is no model 'no-such-model'", "finetune", ".", "--model", "no-such-model")]
    [InlineData("There is no model 'no-such-model'", "compare", ".", ".", "--model", "no-such-model")]
    [InlineData("'no-such-folder' does not exist; expected a CSV file or a folder.", "compare", ".", "no-such-folder")]
    [InlineData("--set scope=full does not go with compare", "compare", ".", ".", "--set", "scope=full")]
    [InlineData("--set mixup names no setting; expected one of ", "finetune", ".", "--set", "mixup=0.2")]
    [InlineData("--set augmentation.crop names no setting; expected one of minimumScale, ", "finetune", ".", "--set", "augmentation.crop=1")]
    [InlineData("has a value of the wrong type for classBalance; expected one of None, Balanced.", "finetune", ".", "--set", "classBalance=all")]
    [InlineData("has a value of the wrong type for augmentation.hue.", "finetune", ".", "--set", "augmentation.hue=red")]
    [InlineData("MixupAlpha is 2; expected 0 to 1.", "finetune", ".", "--set", "mixupAlpha=2")]
    [InlineData("Hue is 2; expected 0 to 0.5.", "finetune", ".", "--set", "augmentation.hue=2")]
    public async Task Run_WithOptionsThatCannotBe_IsAUsageErrorThatSaysWhy(string expected, params string[] arguments)
    {
        ChildResult result = await Tool.RunAsync(
            [.. arguments.Select(each => each == "IMAGES" ? files.Images : each), "--output", files.NewPath()]);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_ImagesBesideTheClassFolders_FailsInOneLine()
    {
        ChildResult result = await Tool.RunAsync("finetune", Path.Combine(files.Images, "odd"), "--model", files.Model, "--output", files.NewPath());
        AssertExit(1, result);
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("lie beside the class folders", line, StringComparison.Ordinal);
    }

    /// <summary>The shape of what <c>compare --json</c> prints.</summary>
    internal static void AssertIsComparison(bool isInterrupted, JsonElement result)
    {
        Assert.Equal(["isInterrupted", "folder", "isSaved", "resumeCommand", "runs"], result.EnumerateObject().Select(property => property.Name));
        Assert.Equal((isInterrupted, true), (result.GetProperty("isInterrupted").GetBoolean(), result.GetProperty("isSaved").GetBoolean()));
        Assert.Equal(isInterrupted, result.GetProperty("resumeCommand").ValueKind == JsonValueKind.String);
    }

    [GeneratedRegex("(?m)^  .*scott(\\.dll)?'? finetune ")]
    private static partial Regex CommandThatGoesOn();

    private Task<ChildResult> FineTuneAsync(string output, params string[] options) => Tool.RunWithAsync(
        OneThread,
        ["finetune", files.Images, "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", "2", .. options]);
}
