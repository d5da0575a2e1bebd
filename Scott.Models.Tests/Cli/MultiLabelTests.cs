using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>Several labels per image on the command line: <c>finetune --multi-label</c> and <c>classify</c>.</summary>
public sealed class MultiLabelTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    [Fact]
    public async Task FineTuneAndClassify_AList_GiveLabelsAndFiguresOfEach()
    {
        string list = await files.WriteListAsync(
            "path,labels", (file, i) => $"{file},{(i % 2 == 0 ? "even" : "odd")}{(i < 6 ? "|small" : string.Empty)}");
        string output = files.NewPath();
        ChildResult tuned = await FineTuneAsync(output, list, "--test", list, "--scope", "frozen", "--head", "linear");
        AssertExit(0, tuned);
        Assert.Contains("warning: 12 of the 12 test images are training images too", tuned.Error, StringComparison.Ordinal);
        Assert.Contains("12 images with 3 labels, 1.5 per image,", tuned.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ {4}2 .*% .*% .*%", tuned.Output);
        Assert.Matches(@"(?m)^│ small +│ 6 +│ \d+\.\d% +│", tuned.Output);
        Assert.Matches(@"(?m)^Test: mAP \d+\.\d% on 12 images, by chance about 50\.0%; micro F1 \d", tuned.Output);
        Assert.Contains("give the same labels to 12 of 12 images", tuned.Output, StringComparison.Ordinal);
        Assert.All(["classifier.onnx", "test/metrics.json", "test/labels.csv"], name => Assert.True(File.Exists(Path.Combine(output, name)), name));
        string classifier = Path.Combine(output, "classifier.safetensors");
        ScottClassifier read = await ScottClassifier.FromFileAsync(classifier, TestContext.Current.CancellationToken);
        Assert.Equal((3, ClassifierHead.Linear), (read.Thresholds!.Count, read.Head));

        ChildResult classified = await Tool.RunAsync("classify", files.Images, "--model", classifier, "--json");
        AssertExit(0, classified);
        using var document = JsonDocument.Parse(classified.Output);
        foreach (JsonElement image in document.RootElement.GetProperty("images").EnumerateArray())
        {
            Assert.All(image.GetProperty("labels").EnumerateArray(), label =>
            {
                int number = read.ClassNames.ToList().IndexOf(label.GetProperty("name").GetString()!);
                Assert.True(label.GetProperty("probability").GetSingle() >= read.Thresholds[number]);
            });
        }

        await read.WithThresholds([1, 1, 1]).SaveAsync(classifier, TestContext.Current.CancellationToken);
        ChildResult none = await Tool.RunAsync("classify", files.Images, "--model", classifier);
        AssertExit(0, none);
        Assert.Equal(12, none.Output.Split('\n').Count(line => line.Contains("│ none", StringComparison.Ordinal)));
        ChildResult inspected = await Tool.RunAsync("inspect", classifier);
        Assert.Contains("1.000, 1.000, 1.000", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_ColumnsWithAnImageWithoutLabels_SaysHowManyHaveNone()
    {
        string list = await files.WriteListAsync("path;even;small", (file, i) => $"{file};{(i + 1) % 2};{(i < 5 ? 1 : 0)}");
        ChildResult result = await FineTuneAsync(files.NewPath(), list, "--json");
        AssertExit(0, result);
        Assert.Contains("12 images with 2 labels, 0.9 per image, 4 with none,", result.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(2, document.RootElement.GetProperty("thresholds").GetArrayLength());
    }

    [Fact]
    public async Task FineTune_WithSettings_ChangesTheRecipeOfSeveralLabels()
    {
        string list = await files.WriteListAsync("path,labels", (file, i) => $"{file},{(i % 2 == 0 ? "even" : "odd")}");
        string output = files.NewPath();
        AssertExit(0, await FineTuneAsync(output, list));
        ChildResult other = await FineTuneAsync(output, list, "--set", "labelSmoothing=0.1", "--set", "augmentation.minimumScale=0.5");
        AssertExit(1, other);
        Assert.Contains("recipe.labelSmoothing was 0, is 0.1", other.Error, StringComparison.Ordinal);
        Assert.Contains("augmentation.minimumScale was 0.6, is 0.5", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_LinkedFolders_AreLearnedOrHintedAt()
    {
        UnixFiles.SkipElsewhere();
        string folder = files.NewFolder();
        string[] images = files.ImageFiles;
        for (int i = 0; i < images.Length; i++)
        {
            foreach (string label in (string[])[i % 2 == 0 ? "even" : "odd", .. i < 6 ? ["small"] : Array.Empty<string>()])
                File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, label)).FullName, $"{i}.png"), images[i]);
        }

        ChildResult result = await FineTuneAsync(files.NewPath(), folder);
        AssertExit(0, result);
        Assert.Contains("12 images with 3 labels, 1.5 per image,", result.Output, StringComparison.Ordinal);
        ChildResult single = await Tool.RunWithAsync(
            OneThread, "finetune", folder, "--output", files.NewPath(), "--model", files.Model, "--batch-size", "4", "--epochs", "1");
        AssertExit(0, single);
        Assert.Contains(
            "6 images are linked into several class folders. Add --multi-label to learn all their labels.", single.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_WhatCannotBe_IsAUsageErrorThatSaysWhatToDo()
    {
        string list = await files.WriteListAsync("path,labels", (file, i) => $"{file},{i % 3}");
        string other = await files.WriteListAsync("path,labels", (file, _) => $"{file},new");
        async Task AssertRefusedAsync(int exit, string fault, params string[] arguments)
        {
            ChildResult result = await Tool.RunAsync(["finetune", .. arguments, "--model", files.Model, "--output", files.NewPath()]);
            AssertExit(exit, result);
            Assert.Contains(fault, result.Error, StringComparison.Ordinal);
        }

        await AssertRefusedAsync(2, "For a list with several labels per image add --multi-label.", list);
        await AssertRefusedAsync(2, "--label-separator needs --multi-label.", files.Images, "--label-separator", "|");
        await AssertRefusedAsync(2, "'/'", list, "--multi-label", "--label-separator", "/");
        await AssertRefusedAsync(2, "'none.csv' does not exist; expected a CSV file or a folder.", "none.csv", "--multi-label");
        await AssertRefusedAsync(2, "Watched is Top1; expected MeanAveragePrecision or Loss.", list, "--multi-label", "--set", "watched=top1");
        await AssertRefusedAsync(2, "has the labels 'new', which the training images do not have", list, "--multi-label", "--test", other);
    }

    private Task<ChildResult> FineTuneAsync(string output, string images, params string[] options) => Tool.RunWithAsync(
        OneThread,
        ["finetune", images, "--multi-label", "--output", output, "--model", files.Model, "--batch-size", "4", "--epochs", "2", .. options]);
}
