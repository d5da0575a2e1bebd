using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>protocol</c> as a user runs it, with as little training as it allows.</summary>
public sealed class ProtocolTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    private static readonly string[] Short =
    [
        "--architecture", "vit-mini-112", "--rows", "untrained", "scratch", "frozen", "finetuned", "--seeds", "1", "--epochs", "1",
        "--batch-size", "8", "--scratch-epochs", "1", "--finetune-epochs", "1", "--probe-epochs", "1", "--few-shot", "1",
    ];

    [Fact]
    public async Task Protocol_OfLabeledFolders_WritesTheTableAndResumes()
    {
        string folder = Splits("train", "val", "test");
        string output = files.NewPath();
        ChildResult result = await RunAsync(folder, output);
        AssertExit(0, result);
        Assert.DoesNotContain("training images too", result.Error, StringComparison.Ordinal);
        string table = await File.ReadAllTextAsync(Path.Combine(output, "results.md"));
        Assert.Contains("| frozen, random weights | ", table, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\| trained from scratch with labels \|( - \|)+ \d+\.\d \|$", table);
        Assert.Contains("| 1-shot kNN | 1-shot ridge |", table, StringComparison.Ordinal);
        Assert.Contains("Pre-training has seen the test images, without labels.", table, StringComparison.Ordinal);
        using (var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(output, "results.json"))))
        {
            JsonElement rows = document.RootElement.GetProperty("rows");
            Assert.Equal(["Untrained", "Scratch", "Frozen", "FineTuned"], rows.EnumerateArray().Select(row => row.GetProperty("row").GetString()));
            Assert.All(rows.EnumerateArray(), row => Assert.Equal("vit-mini-112", row.GetProperty("architecture").GetString()));
            Assert.Equal([false, false, true, true], rows.EnumerateArray().Select(row => row.GetProperty("sawTestImages").GetBoolean()));
            Assert.Equal(1, Assert.Single(rows[1].GetProperty("epochs").EnumerateArray()).GetInt32());
            JsonElement neighbors = rows[0].GetProperty("top1")[0].GetProperty("bySeed")[0];
            Assert.InRange(neighbors.GetProperty("validationTop1").GetDouble(), 0, 1);
            string[] probes = [.. rows[2].GetProperty("top1").EnumerateArray().Select(figure => figure.GetProperty("name").GetString()!)];
            Assert.Equal(
                [
                    "kNN", "ridge", "simple", "multi-head", "cross", "simple, augmented", "multi-head, augmented", "cross, augmented",
                    "best attentive", "1-shot kNN", "1-shot ridge",
                ],
                probes);
        }

        // What is finished is not measured again: a figure that only the file can hold comes back.
        string path = Path.Combine(output, "Scratch-47.json");
        string figures = (await File.ReadAllTextAsync(path)).Replace("\"Top1\":{", "\"Top1\":{\"never measured\":0.987,");
        await File.WriteAllTextAsync(path, figures);
        ChildResult again = await RunAsync(folder, output);
        AssertExit(0, again);
        Assert.Contains("98.7", again.Output, StringComparison.Ordinal);
        Assert.Contains("| frozen, pre-trained without labels | ", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Pre-training", again.Error, StringComparison.Ordinal);

        // More seeds are added to those that are there; those of one model are measured at once.
        ChildResult more = await RunAsync(folder, output, "--rows", "frozen", "untrained", "--seeds", "3", "--few-shot", "1");
        AssertExit(0, more);
        Assert.Contains("Probes of row Frozen, seeds 47, 48, 49", more.Error, StringComparison.Ordinal);
        Assert.Contains("Probes of row Untrained, seed 49", more.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\| frozen, pre-trained without labels \|(( \d+\.\d ± \d+\.\d| -) \|)+$", more.Output);
        Assert.Matches(@"(?m)^\| trained from scratch with labels \(1 seed\) \|", more.Output);
        Assert.Contains("98.7", more.Output, StringComparison.Ordinal);

        ChildResult other = await RunAsync(folder, output, "--set", "hiddenRatio=0.5");
        AssertExit(2, other);
        Assert.Contains("holds figures of other settings", other.Error, StringComparison.Ordinal);
        Assert.Contains("Pretraining.HiddenRatio was 0.6, and is 0.5", other.Error, StringComparison.Ordinal);

        // The model that was pre-trained here belongs to the settings, even if nothing is measured yet.
        string moved = files.NewFolder();
        foreach (string frozen in Directory.EnumerateFiles(output, "*-4?.json"))
            File.Move(frozen, Path.Combine(moved, Path.GetFileName(frozen)));

        AssertExit(2, await RunAsync(folder, output, "--set", "hiddenRatio=0.5"));
        foreach (string frozen in Directory.EnumerateFiles(moved))
            File.Move(frozen, Path.Combine(output, Path.GetFileName(frozen)));

        // A file that a power cut left empty is measured again; the other part of the row is kept.
        string kept = Path.Combine(output, "Untrained-Plain-47.json");
        await File.WriteAllTextAsync(kept, (await File.ReadAllTextAsync(kept)).Replace("\"Top1\":{", "\"Top1\":{\"kept\":0.876,"));
        await File.WriteAllTextAsync(Path.Combine(output, "Untrained-Augmented-47.json"), string.Empty);
        ChildResult damaged = await RunAsync(folder, output, "--rows", "untrained");
        AssertExit(0, damaged);
        Assert.Contains("Untrained-Augmented-47.json' is damaged", damaged.Error, StringComparison.Ordinal);
        Assert.Contains("| frozen, random weights | ", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("87.6", damaged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_WithAnUnreadableImage_SaysSoInTheTable()
    {
        (string folder, string output) = (files.NewFolder(), files.NewPath());
        foreach (string split in new[] { "train", "test" })
        {
            foreach (string image in Directory.EnumerateFiles(files.Images, "*.png", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(folder, split, Path.GetRelativePath(files.Images, image));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(image, copy);
            }
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "test", "odd", "broken.png"), "no image");
        string[] untrained = ["--rows", "untrained", "--probes", "plain"];
        ChildResult result = await RunAsync(folder, output, untrained);
        AssertExit(3, result);
        Assert.Contains("broken.png", result.Error, StringComparison.Ordinal);
        Assert.Contains("- 1 image cannot be read", result.Output, StringComparison.Ordinal);
        string strict = files.NewPath();
        ChildResult refused = await RunAsync(folder, strict, [.. untrained, "--fail-on-unreadable"]);
        AssertExit(1, refused);
        Assert.Contains("broken.png", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(strict, "Untrained-*.json"));

        // No figures belong to the settings yet, so that others may take their place.
        AssertExit(3, await RunAsync(folder, strict, [.. untrained, "--probe-epochs", "2"]));

        // A training replaces images, but its test leaves them out.
        ChildResult scratch = await RunAsync(folder, files.NewPath(), "--rows", "scratch");
        AssertExit(3, scratch);
        Assert.Single(scratch.Error.Split('\n'), line => line.Contains("broken.png", StringComparison.Ordinal));
        Assert.Contains("- 1 image cannot be read. Probes and tests leave such images out", scratch.Output, StringComparison.Ordinal);

        ChildResult evaluated = await Tool.RunWithAsync(
            OneThread, "evaluate", Path.Combine(folder, "train"), Path.Combine(folder, "test"), "--model", files.Model, "--attentive", "simple",
            "--seeds", "2", "--json");
        AssertExit(3, evaluated);
        using var document = JsonDocument.Parse(evaluated.Output);
        Assert.Equal((12, 1), (document.RootElement.GetProperty("images").GetInt32(), document.RootElement.GetProperty("unreadable").GetInt32()));
        Assert.Single(evaluated.Error.Split('\n'), line => line.Contains("broken.png", StringComparison.Ordinal));

        // Images that cannot be read do not count as examples of their class. This shows before anything is trained.
        foreach (string name in new[] { "01.png", "03.png" })
            await File.WriteAllTextAsync(Path.Combine(folder, "train", "odd", name), "no image");

        ChildResult few = await RunAsync(folder, files.NewPath(), [.. untrained, "--few-shot", "5"]);
        AssertExit(2, few);
        Assert.Contains("--few-shot is 5, but the class 'odd' of", few.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_OfAModelFile_KeepsItsRowsAndRefusesAnotherModelForThem()
    {
        (string folder, string output, string model) = (Splits("train", "test"), files.NewPath(), files.NewPath() + ".safetensors");
        string[] frozen = ["--rows", "frozen", "--probes", "plain"];
        await ScottModel.Create("vit-mini-112", seed: 3).SaveAsync(model);
        AssertExit(0, await RunAsync(folder, output, [.. frozen, "--model", model]));

        // Other rows need no model file, and the table keeps the row.
        ChildResult kept = await RunAsync(folder, output, "--rows", "untrained", "--probes", "plain");
        AssertExit(0, kept);
        Assert.Contains("| frozen, random weights | ", kept.Output, StringComparison.Ordinal);
        Assert.Contains("| frozen, pre-trained without labels | ", kept.Output, StringComparison.Ordinal);
        Assert.Contains("does not know whether the models that it was given", kept.Output, StringComparison.Ordinal);

        await ScottModel.Create("vit-mini-112", seed: 4).SaveAsync(model);
        foreach (string[] options in new[] { frozen, [.. frozen, "--model", model], ["--rows", "untrained", "--probes", "plain", "--model", model] })
        {
            ChildResult refused = await RunAsync(folder, output, options);
            AssertExit(2, refused);
            Assert.Contains("holds figures of the row Frozen with another model file", refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Only the weights may differ between the rows.</summary>
    [Fact]
    public async Task Protocol_OfAModelThatSeesWholeImages_TrainsFromScratchInTheSameWay()
    {
        (string folder, string output, string model) = (Splits("train", "test"), files.NewPath(), files.NewPath() + ".safetensors");
        await ScottModel.Create("vit-mini-112", seed: 3).WithResize(ResizeMode.Letterbox).SaveAsync(model);
        string[] rows = ["--rows", "untrained", "scratch", "--probes", "plain"];
        AssertExit(0, await RunAsync(folder, output, [.. rows, "--model", model]));
        string trained = Path.Combine(output, "Scratch-47", "classifier.safetensors");
        Assert.Equal(ResizeMode.Letterbox, (await ScottClassifier.FromFileAsync(trained)).Model.Preprocessing.Resize);
        ChildResult refused = await RunAsync(folder, output, rows);
        AssertExit(2, refused);
        Assert.Contains("settings or images: Preprocessing.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_WithoutValidationImages_SetsSomeAsideAndLearnsFromAll()
    {
        (string folder, string output) = (Splits("train", "test"), files.NewPath());
        AssertExit(0, await RunAsync(folder, output, "--rows", "scratch", "untrained", "--probes", "plain", "cropped"));
        string table = await File.ReadAllTextAsync(Path.Combine(output, "results.md"));
        Assert.Contains("First every row learns from a part of the training images", table, StringComparison.Ordinal);
        Assert.DoesNotContain("augmented |", table, StringComparison.Ordinal);
        Assert.Contains("| cross | simple, cropped | multi-head, cropped |", table, StringComparison.Ordinal);
        Assert.Matches(@"(?s)\| frozen, random weights \|.*\| trained from scratch", table); // The order of the command does not count.
    }

    [Theory]
    [InlineData("has 5 readable images for probes to learn from", "--few-shot", "6")]
    [InlineData("would let labels end pre-training", "--set", "patience=3")]
    [InlineData("--patience", "--patience", "3")]
    [InlineData("is not a vit-mini-112", "--model", "MODEL")]
    public async Task Protocol_WithImpossibleOptions_IsAUsageError(string message, params string[] options)
    {
        ChildResult result = await RunAsync(
            Splits("train", "test"), files.NewPath(), [.. options.Select(option => option == "MODEL" ? files.Model : option)]);
        AssertExit(2, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_WithoutATestFolder_IsAUsageError()
    {
        ChildResult result = await RunAsync(Splits("train"), files.NewPath());
        AssertExit(2, result);
        Assert.Contains("does not exist", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_TwinOfAVit_IsAUsageError()
    {
        ChildResult result = await RunAsync(Splits("train", "test"), files.NewPath(), "--rows", "twin");
        AssertExit(2, result);
        Assert.Contains("'vit-mini-112' has no ViT twin", result.Error, StringComparison.Ordinal);
    }

    private static Task<ChildResult> RunAsync(string folder, string output, params string[] more) =>
        Tool.RunWithAsync(OneThread, ["protocol", folder, "--output", output, .. Without(Short, more), .. more]);

    /// <summary>The options of the first list that the second one does not have, with their values.</summary>
    private static IEnumerable<string> Without(string[] options, string[] others)
    {
        bool isLeftOut = false;
        foreach (string option in options)
        {
            isLeftOut = option.StartsWith('-') ? others.Contains(option) : isLeftOut;
            if (!isLeftOut)
                yield return option;
        }
    }

    /// <summary>A folder of splits that all hold the same images.</summary>
    private string Splits(params string[] names)
    {
        string folder = files.NewFolder();
        Array.ForEach(names, name => Directory.CreateSymbolicLink(Path.Combine(folder, name), files.Images));
        return folder;
    }
}
