using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Embeds the images, finds the groups, and lists them. It changes no image.</summary>
internal sealed class DuplicatesRun(DuplicatesOptions options, Screen screen)
{
    /// <summary>As in <see cref="NearDuplicates.Find"/>: equal vectors reach 1.</summary>
    private const double Rounding = 1e-6;

    private static readonly char[] LineBreaks = ['\r', '\n'];

    private readonly SkippedImages _skipped = new();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        IReadOnlyList<string> images = InputFiles.Expand(options.Inputs);
        ScottModel model = await NamedModel.LoadAsync(options.Inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        options.Inference.Apply(builder);
        using FeatureExtractor extractor = Check.Legal(builder.Build);
        options.Inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        var vectors = new ImageVectors(extractor, screen, _skipped);
        DuplicateThreshold? chosen = options.Different is { } folder ? await ChooseAsync(vectors, folder, cancellationToken) : null;
        double threshold = chosen?.Threshold ?? options.FixedThreshold!.Value;
        List<ImageEmbedding> embeddings = await vectors.OfFilesAsync(images, cancellationToken);
        IReadOnlyList<NearDuplicateGroup> groups = await ComparisonBar.ShowAsync(
            screen, "Comparing all images", progress => NearDuplicates.Find(embeddings.ToEmbeddingIndex(), threshold, progress, cancellationToken));
        Member Name(NearDuplicate member) =>
            new(embeddings[member.Index].Name, member.Similarity, IsCopy: member.Similarity >= threshold - Rounding);
        Group[] named = [.. groups.Select(group => new Group(embeddings[group.Representative].Name, [.. group.Members.Select(Name)]))];
        if (options.ListPath is { } path && embeddings.Count > 0)
            await WriteListAsync(path, named, cancellationToken);

        Print(named, embeddings.Count, threshold, chosen);
        return embeddings.Count == 0 ? ExitCode.Failed : _skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private async Task<DuplicateThreshold> ChooseAsync(ImageVectors vectors, string folder, CancellationToken cancellationToken)
    {
        List<ImageEmbedding> different = await vectors.OfFilesAsync(InputFiles.Expand([folder]), cancellationToken);
        try
        {
            return await ComparisonBar.ShowAsync(screen, "Choosing the threshold", progress => NearDuplicates.ChooseThreshold(
                different.ToEmbeddingIndex(), options.FalseMatchRate!.Value, progress, cancellationToken));
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"The images of '{folder}' give no threshold: {exception.Message}", exception);
        }
    }

    /// <summary>Lists only what the representative is like, so that a script that deletes the files keeps an image like each of them.</summary>
    private async Task WriteListAsync(string path, Group[] groups, CancellationToken cancellationToken)
    {
        ILookup<bool, string> copies = groups.SelectMany(group => group.Members).Where(member => member.IsCopy).Select(member => member.Path)
            .ToLookup(name => name.IndexOfAny(LineBreaks) >= 0);
        await WholeFile.WriteTextAsync(path, string.Concat(copies[false].Select(name => name + Environment.NewLine)), cancellationToken);
        if (copies[true].Any())
            screen.Warn($"Left out of {path}: {Plural.Of(copies[true].Count(), "path")} with a line break.");
    }

    private void Print(Group[] groups, int compared, double threshold, DuplicateThreshold? chosen)
    {
        _skipped.Print(screen);
        if (compared == 0)
            screen.Error("No image could be read.");
        else
            PrintGroups(groups, compared, threshold, chosen);

        screen.Result(new
        {
            model = options.Inference.Model,
            threshold,
            falseMatches = chosen?.FalseMatches,
            differentPairs = chosen?.Pairs,
            compared,
            skipped = _skipped.ToJson(),
            groups,
        });
    }

    private void PrintGroups(Group[] groups, int compared, double threshold, DuplicateThreshold? chosen)
    {
        if (groups.Length > 0)
        {
            Table table = new Table().Title("nearly the same").AddColumn("group").AddColumn("cosine").AddColumn("image");
            foreach ((int number, Group group) in groups.Take(options.Top).Index())
            {
                table.AddRow(Figures.Number(number + 1, "F0"), string.Empty, Markup.Escape(group.Representative));
                foreach (Member member in group.Members)
                    table.AddRow(string.Empty, Figures.Number(member.Cosine, "F4"), Markup.Escape(member.Path));
            }

            screen.Output.Write(table);
        }

        if (groups.Length > options.Top)
            screen.Say($"And {Plural.Of(groups.Length - options.Top, "group")} more; --top or --json lists them.");
        if (chosen is { } rate)
            screen.Say($"At most {rate.FalseMatches} of {Plural.Of(rate.Pairs, "pair")} of different images reach {Options.Say(threshold)}.");

        int grouped = groups.Sum(group => 1 + group.Members.Length);
        screen.Say($"Compared {Plural.Of(compared, "image")} with {options.Inference.Model} at {Options.Say(threshold)}: "
            + $"{Plural.Of(groups.Length, "group")} of {Plural.Of(grouped, "image")} in all.");
    }

    /// <summary>Paths of a group, as JSON has them.</summary>
    private sealed record Group(string Representative, Member[] Members);

    /// <summary>An image of a group; a copy reaches the threshold with the representative itself.</summary>
    private sealed record Member(string Path, float Cosine, bool IsCopy);
}
