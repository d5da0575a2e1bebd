using Scott.Models.Tests.Processes;
using Scott.Models.Zoo;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Samples;

/// <summary>The samples without a web page, as a reader runs them: without arguments and without network.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExtractFeatures_FindsSimilarDrawnImagesWithTheModelInsideThePackage()
    {
        ChildResult result = await RunAsync("ExtractFeatures");
        Assert.Contains("with scott-mini-112-distilled by ONNX Runtime", result.Output, StringComparison.Ordinal);
        Assert.Contains("most similar other", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"For (9|10|11|12) of 12, the most similar image is of the same kind\.", result.Output);
        Assert.Empty(result.Error);
        Assert.False(Directory.Exists(_folder.File("cache")));
        Assert.Empty(Directory.EnumerateDirectories(_folder.Path, "scott-sample-*"));
    }

    [Fact]
    public async Task ExtractFeatures_OfAFolder_SkipsABrokenImage()
    {
        string images = Directory.CreateDirectory(_folder.File("images")).FullName;
        await TestFiles.WriteImageAsync(Path.Combine(images, "a.png"), seed: 1);
        await TestFiles.WriteImageAsync(Path.Combine(images, "b.png"), seed: 2);
        await File.WriteAllTextAsync(Path.Combine(images, "broken.jpg"), "no image");
        ChildResult result = await RunAsync("ExtractFeatures", images);
        Assert.Matches(@"(?m)^a\.png +b\.png +[01]\.\d{4}", result.Output);
        Assert.Contains("broken.jpg", result.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(images, "b.png"));
        ChildResult one = await Sample("ExtractFeatures").RunWithAsync([], images);
        Assert.Equal(1, one.ExitCode);
        Assert.Contains("too few images to compare: 1. Give a folder of at least two", one.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PretrainAndFineTune_ShowsAWholeRunAndLeavesItsFiles()
    {
        ChildResult result = await RunAsync("PretrainAndFineTune");
        Assert.Contains("pre-training epoch 6: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("fine-tuning epoch ", result.Output, StringComparison.Ordinal);
        Assert.Contains("of 12 test images right (blobs, gradient, rings, stripes).", result.Output, StringComparison.Ordinal);
        string runs = Path.Combine(Assert.Single(Directory.EnumerateDirectories(_folder.Path, "scott-sample-*")), "runs");
        Assert.All(
            [
                "pretrained.safetensors", "classifier.safetensors", "classifier.onnx",
                "pretrain/metrics.jsonl", "pretrain/report.html", "finetune/metrics.jsonl", "finetune/report.html",
            ],
            name => Assert.True(File.Exists(Path.Combine(runs, name)), name));
        ScottModel model = await ScottModel.FromFileAsync(Path.Combine(runs, "pretrained.safetensors"));
        Assert.True(model.Metadata.Metrics.ContainsKey("effectiveRank"));
        ScottClassifier classifier = await ScottClassifier.FromFileAsync(Path.Combine(runs, "classifier.safetensors"));
        Assert.Equal(["blobs", "gradient", "rings", "stripes"], classifier.ClassNames);
    }

    [Fact]
    public async Task ExportOnnx_ExportsEachPrecisionAndRunsAFileWithOnnxRuntimeAlone()
    {
        ChildResult result = await RunAsync("ExportOnnx");
        Assert.All(
            ["Float32", "Float16Weights", "Float16", "Int8"],
            precision => Assert.Matches($@"(?m)^{precision} +\d+ bytes, cosine .* (0\.99|1\.00)\d+", result.Output));
        Assert.Matches(@"192 numbers, cosine with the library's (0\.9999|1\.0000)\d\d", result.Output);
    }

    /// <summary>As a build makes it, with the engines of native libraries switched off. Only publishing compiles it ahead of time.</summary>
    [Fact]
    public async Task EmbedAot_EmbedsAnImageInManagedCode()
    {
        await TestFiles.WriteImageAsync(_folder.File("a.png"), seed: 1);
        ChildResult result = await RunAsync("EmbedAot", _folder.File("a.png"));
        Assert.StartsWith("Managed code, ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"First vector \d+ ms after the start\.", result.Output);
        Assert.Contains("(192 numbers)", result.Output, StringComparison.Ordinal);
        ChildResult missing = await Sample("EmbedAot").RunWithAsync([], _folder.File("missing.png"));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("missing.png", missing.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbedAot_WithoutTheLibraryThatDecodes_SaysWhatToAdd()
    {
        await TestFiles.WriteImageAsync(_folder.File("a.png"), seed: 1);
        string program = Sample("EmbedAot").Folder;
        string app = Directory.CreateDirectory(_folder.File("app")).FullName;
        foreach (string name in Directory.EnumerateFiles(program).Select(file => Path.GetFileName(file)))
        {
            if (!name.Contains("libSkiaSharp", StringComparison.Ordinal))
                File.Copy(Path.Combine(program, name), Path.Combine(app, name));
        }

        ChildResult result = await ChildProcess.RunAsync("dotnet", [Path.Combine(app, "EmbedAot.dll"), _folder.File("a.png")]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("SkiaSharp, which decodes and encodes images, does not load", result.Error, StringComparison.Ordinal);
        Assert.Contains("Add the package SkiaSharp.NativeAssets.Linux.NoDependencies", result.Error, StringComparison.Ordinal);
    }

    private async Task<ChildResult> RunAsync(string sample, params string[] arguments)
    {
        ChildResult result = await Sample(sample).RunWithAsync(
            [
                .. OneThread,
                (ZooOptions.OfflineVariable, "1"),
                (ZooOptions.CacheVariable, _folder.File("cache")),
                ("TMPDIR", _folder.Path),
                ("TEMP", _folder.Path),
                ("TMP", _folder.Path),
            ],
            arguments);
        AssertExit(0, result);
        return result;
    }
}
