using Scott.Models.Tests.Processes;
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
    public async Task Embed_WithoutTokensAfterARunWithThem_SaysThatTheyAreOld()
    {
        string output = files.NewFile("out.npy");
        string tokens = Path.ChangeExtension(output, ".tokens.npy");
        ChildResult first = await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", output, "--tokens");
        AssertExit(0, first);
        Assert.DoesNotContain("earlier run", first.Error, StringComparison.Ordinal);
        ChildResult second = await Tool.RunAsync("embed", files.GoodImages[0], "--model", files.Model, "--output", output);
        AssertExit(0, second);
        Assert.Contains($"'{tokens}' is of an earlier run and does not belong to these vectors.", second.Error, StringComparison.Ordinal);
        Assert.Equal((1, 3), (NpyFile.Read(output).Shape[0], NpyFile.Read(tokens).Shape[0]));
    }

    /// <summary>Vectors of another run may have the name that the tokens would have.</summary>
    [Fact]
    public async Task Embed_BesideVectorsThatAreCalledTokens_LeavesThem()
    {
        string output = files.NewFile("out.npy");
        string other = Path.ChangeExtension(output, ".tokens.npy");
        AssertExit(0, await Tool.RunAsync("embed", files.GoodImages[1], "--model", files.Model, "--output", other));
        ChildResult result = await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--output", output);
        AssertExit(0, result);
        Assert.DoesNotContain("earlier run", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, NpyFile.Read(other).Shape[0]);
    }
}
