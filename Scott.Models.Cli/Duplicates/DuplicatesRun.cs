using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Embeds the images, finds the groups, or the copies of another folder's images, and lists them. It changes no image.</summary>
internal sealed class DuplicatesRun(DuplicatesOptions options, Screen screen)
{
    /// <summary>As in <see cref="NearDuplicates.Find"/>: equal vectors reach 1.</summary>
    public const double Rounding = 1e-6;

    private static readonly char[] LineBreaks = ['\r', '\n'];

    private readonly SkippedImages _skipped = new();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        IReadOnlyList<string> images = InputFiles.Expand(options.Inputs);
        string[]? others = options.Against is { } other ? CopiesAgainst.OthersThan(images, other) : null;
        ScottModel model = await NamedModel.LoadAsync(options.Inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        options.Inference.Apply(builder);
        using FeatureExtractor extractor = Check.Legal(builder.Build);
        options.Inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        var vectors = new ImageVectors(extractor, screen, _skipped);
        DuplicateThreshold? chosen = options.Different is { } folder ? await ChooseAsync(vectors, folder, cancellationToken) : null;
        double threshold = chosen?.Threshold ?? options.FixedThreshold!.Value;
        List<ImageEmbedding> embeddings = await vectors.OfFilesAsync(images, cancellationToken);
        CopiesAgainst? against = others is null ? null : await CopiesAgainst.FindAsync(
            embeddings, options.Against!, await vectors.OfFilesAsync(others, cancellationToken), threshold, screen, cancellationToken);
        Group[]? groups = against is null ? await GroupAsync(embeddings, threshold, cancellationToken) : null;
        bool isEmpty = embeddings.Count == 0 || against is { Others: 0 };
        if (options.ListPath is { } path && !isEmpty)
            await WriteListAsync(path, against?.Paths ?? groups!.SelectMany(Copies), cancellationToken);

        _skipped.Print(screen);
        if (isEmpty)
            screen.Error($"No image {(embeddings.Count == 0 ? string.Empty : $"of '{options.Against}' ")}could be read.");
        else
            Print(groups, against, embeddings.Count, threshold, chosen);

        WriteJson(groups, against, embeddings.Count, threshold, chosen);
        return isEmpty ? ExitCode.Failed : _skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    /// <summary>Only what the representative is like, so that a script that deletes the files keeps an image like each of them.</summary>
    private static IEnumerable<string> Copies(Group group) => group.Members.Where(member => member.IsCopy).Select(member => member.Path);

    private async Task<Group[]> GroupAsync(List<ImageEmbedding> images, double threshold, CancellationToken cancellationToken)
    {
        IReadOnlyList<NearDuplicateGroup> groups = await ComparisonBar.ShowAsync(
            screen, "Comparing all images", progress => NearDuplicates.Find(images.ToEmbeddingIndex(), threshold, progress, cancellationToken));
        Member Name(NearDuplicate member) => new(images[member.Index].Name, member.Similarity, IsCopy: member.Similarity >= threshold - Rounding);
        return [.. groups.Select(group => new Group(images[group.Representative].Name, [.. group.Members.Select(Name)]))];
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
            throw new UsageException($"--false-match-rate and the images of '{folder}' give no threshold: {exception.Message}", exception);
        }
    }

    private async Task WriteListAsync(string path, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        ILookup<bool, string> copies = paths.ToLookup(name => name.IndexOfAny(LineBreaks) >= 0);
        await WholeFile.WriteTextAsync(path, string.Concat(copies[false].Select(name => name + Environment.NewLine)), cancellationToken);
        if (copies[true].Any())
            screen.Warn($"Left out of {path}: {Plural.Of(copies[true].Count(), "path")} with a line break.");
    }

    private void Print(Group[]? groups, CopiesAgainst? against, int compared, double threshold, DuplicateThreshold? chosen)
    {
        if (chosen is { } rate)
            screen.Say($"At most {rate.FalseMatches} of {Plural.Of(rate.Pairs, "pair")} of different images reach {Options.Say(threshold)}.");

        against?.Print(screen, compared, options.Inference.Model, threshold, options.Top);
        if (groups is not null)
            PrintGroups(groups, compared, threshold);
    }

    private void WriteJson(Group[]? groups, CopiesAgainst? against, int compared, double threshold, DuplicateThreshold? chosen) =>
        screen.Result(new
        {
            model = options.Inference.Model,
            threshold,
            falseMatches = chosen?.FalseMatches,
            differentPairs = chosen?.Pairs,
            compared,
            skipped = _skipped.ToJson(),
            groups,
            against = against?.ToJson(),
        });

    private void PrintGroups(Group[] groups, int compared, double threshold)
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

        int grouped = groups.Sum(group => 1 + group.Members.Length);
        screen.Say($"Compared {Plural.Of(compared, "image")} with {options.Inference.Model} at {Options.Say(threshold)}: "
            + $"{Plural.Of(groups.Length, "group")} of {Plural.Of(grouped, "image")} in all.");
    }

    /// <summary>Paths of a group, as JSON has them.</summary>
    private sealed record Group(string Representative, Member[] Members);

    /// <summary>An image of a group; a copy reaches the threshold with the representative itself.</summary>
    private sealed record Member(string Path, float Cosine, bool IsCopy);
}
