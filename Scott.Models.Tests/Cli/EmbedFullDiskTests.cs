using System.Text.Json;
using Parquet;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>What <c>scott embed</c> keeps in a Parquet file when the disk is full. A row group takes 8.4 MB; a limit on the size of a file stands in
/// for the disk's.</summary>
public sealed class EmbedFullDiskTests(CliFixture files) : IClassFixture<CliFixture>
{
    private const int Count = 230;
    private const int RowsInAGroup = 218;

    [Theory]
    [InlineData(4_000, 0)] // The first row group does not fit.
    [InlineData(8_400, RowsInAGroup)] // The second one, which is the last, does not fit.
    [InlineData(16_000, Count)]
    public async Task Embed_ToParquetOnAFullDisk_KeepsTheRowGroupsThatFit(int kilobytes, int kept)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by bash.");
        string folder = await files.LinkedImagesAsync(Count, 32, 24);
        string output = files.NewFile("full.parquet");
        await File.WriteAllTextAsync(output, "old");
        string command = Tool.ShellCommand("embed", folder, "--model", "untrained:vit-mini-112", "--output", output, "--tokens", "--json");
        string limit = $"trap '' XFSZ; ulimit -f {kilobytes}; export DOTNET_EnableWriteXorExecute=0 SCOTT_OFFLINE=1;";
        ChildResult result = await ChildProcess.RunAsync("bash", ["-c", $"{limit} {command}"]);
        AssertExit(kept == Count ? 0 : 1, result);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(kept, document.RootElement.GetProperty("embedded").GetInt32());
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(output)!, "full*.part"));
        if (kept == 0)
        {
            Assert.Equal("old", await File.ReadAllTextAsync(output));
            return;
        }

        await using ParquetReader reader = await ParquetReader.CreateAsync(output);
        Assert.Equal(kept, Enumerable.Range(0, reader.RowGroupCount).Sum(group => reader.OpenRowGroupReader(group).RowCount));
    }
}
