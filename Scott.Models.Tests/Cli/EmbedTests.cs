using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Serialization;
using Scott.Models.Imaging;
using Scott.Models.Tests.Processes;
using Scott.Models.Zoo;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>embed</c> as a user runs it: its exit code, what it prints, and the files that it leaves.</summary>
public sealed class EmbedTests(CliFixture files) : IClassFixture<CliFixture>
{
    private const int Width = 32;
    private const int Patches = 16;


    [Fact]
    public async Task Embed_WithoutAModel_UsesTheTrainedModelInsideThePackage()
    {
        (string cache, string output) = (files.NewFile("cache"), files.NewFile("out.npy"));
        ChildResult result = await Tool.RunWithAsync(
            [(ZooOptions.OfflineVariable, "1"), (ZooOptions.CacheVariable, cache)], "embed", files.Good, "--output", output);
        AssertExit(0, result);
        Assert.Equal([3, 192], NpyFile.Read(output).Shape);
        Assert.Contains("Wrote 3 of 3 images, 192 numbers each", result.Output, StringComparison.Ordinal);
        Assert.Contains("images/s", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
        Assert.False(Directory.Exists(cache));
    }

    [Fact]
    public async Task Embed_WithJson_PrintsOneDocumentAndWordsToStandardError()
    {
        string output = files.NewFile("out.npy");
        ChildResult result = await Tool.RunAsync("embed", files.Mixed, "--model", files.Model, "--output", output, "--json");
        AssertExit(3, result);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.Equal(output, root.GetProperty("output").GetString());
        Assert.Equal((2, 1, Width), (Number(root, "images"), Number(root, "embedded"), Number(root, "width")));
        Assert.Equal(1, Number(root.GetProperty("skipped"), "count"));
        JsonElement skipped = Assert.Single(root.GetProperty("skipped").GetProperty("images").EnumerateArray());
        Assert.Equal(Path.Combine(files.Mixed, "broken.jpg"), skipped.GetProperty("path").GetString());
        Assert.NotEmpty(skipped.GetProperty("error").GetString()!);
        Assert.Contains("Wrote 1 of 2 images", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.npy", "out.npy.paths.txt")]
    [InlineData("out.npy", "out.npy.fingerprint.json")]
    [InlineData("out.csv", "out.csv.fingerprint.json")]
    public async Task Embed_WhoseFilesCannotGetTheirNames_KeepsWhatIsFinished(string name, string blocked)
    {
        string folder = files.NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, blocked));
        ChildResult result = await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", Path.Combine(folder, name));
        AssertExit(1, result);
        string vectors = Path.Combine(folder, name + ".part");
        Assert.Contains($"'{Path.Combine(folder, blocked)}' cannot be replaced", result.Error, StringComparison.Ordinal);
        Assert.Contains(vectors, result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, blocked + ".part")));
        Assert.False(File.Exists(Path.Combine(folder, name)));
        if (name == "out.npy")
            Assert.Equal([3, Width], NpyFile.Read(vectors).Shape);
        else
            Assert.Equal(4, (await File.ReadAllLinesAsync(vectors, TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Embed_WithUntrainedWeights_SaysSo()
    {
        ChildResult result = await Tool.RunAsync("embed", files.Good, "--model", "untrained:vit-mini-112", "--output", files.NewFile("out.npy"));
        AssertExit(0, result);
        Assert.Contains("These weights are untrained", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_WithHelp_ShowsExamples()
    {
        ChildResult result = await Tool.RunAsync("embed", "--help");
        AssertExit(0, result);
        Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        Assert.Contains("--attention", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_WithABrokenImage_SkipsItAndWritesTheRest()
    {
        string output = files.NewFile("out.npy");
        ChildResult result = await Tool.RunAsync("embed", files.Mixed, "--model", files.Model, "--output", output);
        AssertExit(3, result);
        Assert.Contains("broken.jpg", result.Error, StringComparison.Ordinal);
        Assert.Equal([1, Width], NpyFile.Read(output).Shape);
        Assert.Equal([Path.Combine(files.Mixed, "good.png")], await File.ReadAllLinesAsync(output + ".paths.txt"));
        AssertNoPartFiles(output);
    }

    [Fact]
    public async Task Embed_WithOnlyBrokenImages_FailsAndLeavesTheOldOutput()
    {
        string output = files.NewFile("out.npy");
        await File.WriteAllTextAsync(output, "old");
        ChildResult result = await Tool.RunAsync("embed", Path.Combine(files.Mixed, "broken.jpg"), "--model", files.Model, "--output", output);
        AssertExit(1, result);
        Assert.Equal("old", await File.ReadAllTextAsync(output));
        AssertNoPartFiles(output);
    }

    [Fact]
    public async Task Embed_WithEachFormat_WritesTheSamePathsAndNumbers()
    {
        (string npy, string csv, string parquet) = (files.NewFile("out.npy"), files.NewFile("out.csv"), files.NewFile("out.parquet"));
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", npy, "--tokens"));
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", csv));
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", parquet, "--tokens"));

        NpyFile vectors = NpyFile.Read(npy);
        NpyFile tokens = NpyFile.Read(Path.ChangeExtension(npy, ".tokens.npy"));
        Assert.Equal([3, Width], vectors.Shape);
        Assert.Equal([3, Patches, Width], tokens.Shape);
        Assert.Equal(files.GoodImages, await File.ReadAllLinesAsync(npy + ".paths.txt"));

        string[] lines = await File.ReadAllLinesAsync(csv);
        Assert.Equal("path," + string.Join(',', Enumerable.Range(0, Width).Select(i => $"v{i}")), lines[0]);
        Assert.StartsWith($"\"{files.GoodImages[0].Replace("\"", "\"\"", StringComparison.Ordinal)}\",", lines[1], StringComparison.Ordinal);
        IEnumerable<string> numbers = lines.Skip(1).SelectMany(line => line.Split(',')[^Width..]);
        Assert.Equal(vectors.Values, numbers.Select(number => float.Parse(number, CultureInfo.InvariantCulture)));

        ParquetRow[] rows = await ReadParquetAsync(parquet);
        Assert.Equal(files.GoodImages, rows.Select(row => row.Path));
        Assert.Equal(vectors.Values, rows.SelectMany(row => row.Embedding));
        Assert.Equal(tokens.Values, rows.SelectMany(row => row.Tokens));
        Assert.All(rows, row => Assert.Equal((Width, Patches * Width), (row.Embedding.Count, row.Tokens.Count)));
    }

    /// <summary>A row group takes two million numbers, and each one is written over the end of the file.</summary>
    [Fact]
    public async Task Embed_ToParquetOfTwoRowGroups_HasAllRowsInOrder()
    {
        const int Count = 230;
        string folder = files.NewFolder();
        for (int i = 0; i < Count; i++)
            File.Copy(files.GoodImages[i % 2], Path.Combine(folder, $"{i:000}{Path.GetExtension(files.GoodImages[i % 2])}"));

        string output = files.NewFile("many.parquet");
        AssertExit(0, await Tool.RunAsync("embed", folder, "--model", "untrained:vit-mini-112", "--output", output, "--tokens"));
        await using (ParquetReader reader = await ParquetReader.CreateAsync(output))
        {
            Assert.Equal(2, reader.RowGroupCount);
            Assert.Contains("scott.fingerprint", reader.CustomMetadata.Keys);
        }

        ParquetRow[] rows = await ReadParquetAsync(output);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i:000}"), rows.Select(row => Path.GetFileNameWithoutExtension(row.Path)));
        Assert.All(rows, row => Assert.Equal(rows[Array.IndexOf(rows, row) % 2].Embedding, row.Embedding));
        AssertNoPartFiles(output);
    }

    [Fact]
    public async Task Embed_WithAGlobAndAFileOfIt_TakesEachMatchOnce()
    {
        string output = files.NewFile("out.npy");
        ChildResult result = await Tool.RunAsync(
            "embed", Path.Combine(files.Good, "**", "*.png"), files.GoodImages[1], "--model", files.Model, "--output", output, "--quiet");
        AssertExit(0, result);
        Assert.Equal(files.GoodImages, await File.ReadAllLinesAsync(output + ".paths.txt"));
        Assert.Empty(result.Output + result.Error);
    }

    [Theory]
    [InlineData("missing.jpg")]
    [InlineData("missing/*.jpg")]
    [InlineData("*.tiff")]
    public async Task Embed_WithAnInputThatNamesNothing_NamesItAndStartsNothing(string input)
    {
        (string missing, string output) = (Path.Combine(files.Good, input), files.NewFile("out.npy"));
        ChildResult result = await Tool.RunAsync("embed", files.GoodImages[0], missing, "--model", files.Model, "--output", output);
        AssertExit(2, result);
        Assert.Contains(missing, result.Error, StringComparison.Ordinal);
        AssertNoPartFiles(output);
    }

    [Theory]
    [InlineData("torch", "float32", 1e-4)]
    [InlineData("torch", "bfloat16", 0.1)]
    [InlineData("managed", "float32", 1e-4)]
    public async Task Embed_OnAnotherEngine_WritesTheVectorsOfOnnxRuntime(string engine, string precision, double tolerance)
    {
        (string other, string onnx) = (files.NewFile($"{engine}-{precision}.npy"), files.NewFile("onnx.npy"));
        AssertExit(0, await Tool.RunWithAsync(
            OneThread, "embed", files.Good, "--model", files.Model, "--engine", engine, "--precision", precision, "--output", other));
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", onnx));
        Assert.Equal(NpyFile.Read(onnx).Values, NpyFile.Read(other).Values, (a, b) => MathF.Abs(a - b) < tolerance);
        float largest = NpyFile.Read(onnx).Values.Zip(NpyFile.Read(other).Values, (a, b) => MathF.Abs(a - b)).Max();
        Assert.Equal(precision == "bfloat16", largest > 1e-4);
    }

    [Fact]
    public async Task Embed_OnTorchThatIsNotBuiltIn_SaysHowToBuildItIn()
    {
        string tool = files.NewFolder();
        foreach (string file in Directory.EnumerateFiles(Tool.Folder))
        {
            // Without the list of files the program finds what lies beside it.
            if (!Path.GetFileName(file).StartsWith("lib", StringComparison.Ordinal) && !file.EndsWith(".deps.json", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(tool, Path.GetFileName(file)));
        }

        foreach (string file in Directory.EnumerateFiles(Tool.Folder, "libSkiaSharp*"))
            File.Copy(file, Path.Combine(tool, Path.GetFileName(file)));

        ChildResult result = await ChildProcess.RunAsync(
            "dotnet",
            [
                Path.Combine(tool, "scott.dll"), "embed", files.Good, "--model", files.Model,
                "--engine", "torch", "--output", files.NewFile("out.npy"),
            ]);
        AssertExit(1, result);
        Assert.Contains("-p:ScottUsesTorch=true", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--pca")]
    [InlineData("--attention")]
    public async Task Embed_WithASheet_DrawsADecodableImage(string option)
    {
        string sheet = files.NewFile("sheet.png");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", files.NewFile("out.npy"), option, sheet));
        RgbImage image = await ImageDecoder.DecodeAsync(sheet);
        Assert.True(image.Width > image.Height && image.Height > 400, $"{image.Width}×{image.Height}");
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Embed_SignaledToEnd_ClosesWhatIsFinished(string signal, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another a signal.");
        const int Count = 3000;
        string folder = await files.LinkedImagesAsync(Count, 800, 600);
        string output = files.NewFile("out.npy");
        var begun = new FileInfo(output + ".part");
        ChildResult result = await Tool.RunAndSignalAsync(
            signal,
            () =>
            {
                begun.Refresh();
                return begun.Exists && begun.Length > 1000;
            },
            "embed",
            folder,
            "--model",
            files.Model,
            "--output",
            output);
        AssertExit(exitCode, result);
        int rows = NpyFile.Read(output).Shape[0];
        Assert.InRange(rows, 1, Count - 1);
        Assert.Equal(rows, (await File.ReadAllLinesAsync(output + ".paths.txt")).Length);
        Assert.Contains($"{rows} of {Count} images", result.Error, StringComparison.Ordinal);
        AssertNoPartFiles(output);
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static async Task<ParquetRow[]> ReadParquetAsync(string path)
    {
        await using (ParquetReader reader = await ParquetReader.CreateAsync(path))
        {
            Assert.Equal(["path", "embedding", "tokens"], reader.Schema.Fields.Select(field => field.Name));
        }

        var options = new ParquetOptions { PropertyNameCaseInsensitive = true };
        var rows = await ParquetSerializer.DeserializeAsync<ParquetRow>(path, options);
        return [.. rows.Data];
    }

    private static void AssertNoPartFiles(string output) =>
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(output)!, Path.GetFileNameWithoutExtension(output) + "*.part"));

    private sealed class ParquetRow
    {
        public string Path { get; set; } = string.Empty;

        public List<float> Embedding { get; set; } = [];

        public List<float> Tokens { get; set; } = [];
    }
}
