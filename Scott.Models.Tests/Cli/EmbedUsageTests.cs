using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>Command lines of <c>embed</c> that ask for the impossible.</summary>
public sealed class EmbedUsageTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Theory]
    [InlineData("--tokens does not fit a .csv or .index file", "--output", "out.csv", "--tokens")]
    [InlineData("The output 'out.txt' ends in '.txt'", "--output", "out.txt")]
    [InlineData("The folder of 'no-such-folder/out.npy' does not exist", "--output", "no-such-folder/out.npy")]
    [InlineData("There is no model 'no-such-model'", "--model", "no-such-model")]
    [InlineData("Threads is -1; expected 0 to ", "--threads", "-1")]
    [InlineData("are for --engine onnx.", "--engine", "torch", "--precision", "int8")]
    [InlineData("--precision bfloat16 is for --engine torch.", "--precision", "bfloat16")]
    [InlineData("--precision bfloat16 is for --engine torch.", "--engine", "managed", "--precision", "bfloat16")]
    [InlineData("Argument 'abacus' not recognized.", "--engine", "abacus")]
    public async Task Embed_WithOptionsThatCannotBe_IsAUsageErrorThatSaysWhy(string expected, params string[] options)
    {
        ChildResult result = await Tool.RunAsync(["embed", files.Good, .. options]);
        AssertExit(2, result);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
