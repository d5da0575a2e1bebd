using Scott.Models.Foundation;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>What a search found, and how that is said.</summary>
/// <param name="Query">The image that was searched by.</param>
/// <param name="Model">The model that embedded it.</param>
/// <param name="Searched">How many images were compared with it.</param>
/// <param name="Skipped">The images that could not be.</param>
/// <param name="Matches">Best first.</param>
internal sealed record SearchReport(
    string Query, string Model, long Searched, SkippedImages Skipped, IReadOnlyList<(string Path, float Cosine)> Matches)
{
    /// <summary>The shards of a job that are not there yet, so that their images could not be compared.</summary>
    public int MissingShards { get; init; }

    /// <param name="screen">Where to print.</param>
    /// <param name="nothing">What to say if nothing was searched.</param>
    /// <returns>The exit code.</returns>
    public int Print(Screen screen, string nothing)
    {
        Skipped.Print(screen);
        if (Searched == 0)
        {
            screen.Error(nothing);
        }
        else
        {
            Table table = new Table().Title($"most like {Markup.Escape(Query)}").AddColumn("cosine").AddColumn("image");
            foreach ((string path, float cosine) in Matches)
                table.AddRow(Figures.Number(cosine, "F4"), Markup.Escape(path));

            screen.Output.Write(table);
            screen.Say($"Searched {Plural.Of(Searched, "image")} with {Model}.");
        }

        screen.Result(new
        {
            query = Query,
            model = Model,
            searched = Searched,
            missingShards = MissingShards,
            skipped = Skipped.ToJson(),
            matches = Matches.Select(entry => new { path = entry.Path, cosine = entry.Cosine }),
        });
        return Searched == 0 ? ExitCode.Failed : Skipped.Count > 0 || MissingShards > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }
}
