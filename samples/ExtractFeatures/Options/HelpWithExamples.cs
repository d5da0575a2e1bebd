using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ExtractFeatures.Options;

/// <summary>The help that System.CommandLine writes, and what to type.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples =
        """
        Examples:
          ExtractFeatures                                              a demo on twelve drawn pictures
          ExtractFeatures photos                                       every picture of a folder, to embeddings.npy
          ExtractFeatures 'photos/**/*.jpg' -o photos.parquet          what a glob matches, to one Parquet file
          ExtractFeatures photos --similar cat.jpg --top 10            the ten pictures most like cat.jpg
          ExtractFeatures photos -m mine.safetensors --pca pca.png     with your own model; draws what it tells apart

        Exit codes: 0 all embedded, 1 some skipped, 2 wrong usage, 3 failed, 130 interrupted (what was finished is written).

        """;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return code;
    }
}
