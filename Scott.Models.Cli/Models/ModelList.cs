using Scott.Models.Zoo;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Lists the pretrained models, and which are on this machine.</summary>
internal static class ModelList
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ZooOptions zoo, Screen screen, CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestModel> models = await ScottModels.ListAsync(zoo, cancellationToken);
        IReadOnlyList<CachedModel> cache = ScottModels.ListCache(zoo);
        Table table = new Table().AddColumns("model", "revision", "parameters", "MiB", "license", "where");
        foreach (ManifestModel model in models.Where(model => model.IsAvailable))
        {
            table.AddRow(
                Markup.Escape(model.Id),
                Markup.Escape(model.Revision),
                Figures.Number(model.Parameters, "#,0"),
                model.HasWeights ? Figures.Mebibytes(model.Bytes) : "-",
                Markup.Escape(model.License ?? "-"),
                Markup.Escape(Where(model, cache)));
        }

        screen.Output.Write(table);
        IEnumerable<string> architectures = models.Where(model => !model.IsAvailable).Select(model => model.Id);
        screen.Say($"Architectures to train from scratch, as untrained:NAME: {string.Join(", ", architectures)}.");
        IEnumerable<CachedModel> others = cache.Where(cached => !models.Any(model => Is(cached, model)));
        foreach (CachedModel other in others)
        {
            screen.Say($"In the cache, but in no manifest: {other.Id}, revision {other.Revision}, "
                + $"{Figures.Mebibytes(other.Bytes)} MiB in '{other.Folder}'.");
        }

        screen.Result(new
        {
            models = models.Select(model => new
            {
                model.Id,
                model.Revision,
                model.HasWeights,
                model.Parameters,
                model.Bytes,
                model.License,
                where = model.IsAvailable ? Where(model, cache) : null,
            }),
            cache = cache.Select(ModelsCommand.ToJson),
        });
        return ExitCode.Success;
    }

    private static bool Is(CachedModel cached, ManifestModel model) => (cached.Id, cached.Revision) == (model.Id, model.Revision);

    private static string Where(ManifestModel model, IReadOnlyList<CachedModel> cache)
    {
        if (model.HubRepository is { } repository)
            return $"hub: {repository}, not verified here";

        if (cache.FirstOrDefault(cached => Is(cached, model)) is { } found)
            return found.Files.Any(file => file.IsPartial) ? $"unfinished download in '{found.Folder}'" : found.Folder;

        return model.Sources.Any(source => source.Kind == ManifestSourceKind.Embedded) ? "inside the package"
            : model.Sources.Any(source => source.Kind != ManifestSourceKind.Relative) ? "to download"
            : "beside its manifest; give the manifest with --manifest";
    }
}
