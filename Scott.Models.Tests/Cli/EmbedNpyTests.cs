using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>What <c>embed</c> writes beside the vectors of a <c>.npy</c> file.</summary>
public sealed class EmbedNpyTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task Embed_OfANameWithALineBreak_WritesOneLineForEachVector()
    {
        UnixFiles.SkipElsewhere();
        string folder = files.NewFolder();
        await TestFiles.WriteImageAsync(Path.Combine(folder, "a\nb\rc\\d.png"), seed: 1);
        await TestFiles.WriteImageAsync(Path.Combine(folder, "e.png"), seed: 2);
        string output = files.NewFile("out.npy");
        AssertExit(0, await Tool.RunAsync("embed", folder, "--model", files.Model, "--output", output));
        string[] expected = [Path.Combine(folder, @"a\nb\rc\\d.png"), Path.Combine(folder, "e.png")];
        Assert.Equal(expected, await File.ReadAllLinesAsync(output + ".paths.txt"));
        Assert.Equal(2, NpyFile.Read(output).Shape[0]);
    }

    [Fact]
    public async Task Embed_WithoutTokensAfterARunWithThem_DeletesTheOldTokens()
    {
        string output = files.NewFile("out.npy");
        string tokens = Path.ChangeExtension(output, ".tokens.npy");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", output, "--tokens"));
        Assert.True(File.Exists(tokens));
        AssertExit(0, await Tool.RunAsync("embed", files.GoodImages[0], "--model", files.Model, "--output", output));
        Assert.Equal(1, NpyFile.Read(output).Shape[0]);
        Assert.False(File.Exists(tokens));
    }

    /// <summary>Vectors of another run may have the name that the tokens would have.</summary>
    [Fact]
    public async Task Embed_BesideVectorsThatAreCalledTokens_LeavesThem()
    {
        string output = files.NewFile("out.npy");
        string other = Path.ChangeExtension(output, ".tokens.npy");
        AssertExit(0, await Tool.RunAsync("embed", files.GoodImages[1], "--model", files.Model, "--output", other));
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", output));
        Assert.Equal(1, NpyFile.Read(other).Shape[0]);
    }
}
