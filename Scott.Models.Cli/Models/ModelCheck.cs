using Scott.Models.Foundation;
using Scott.Models.Zoo;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Compares models' files with the manifest, every byte.</summary>
internal static class ModelCheck
{
    /// <summary>How the folders of the Hugging Face Hub's models begin.</summary>
    private const string HubFolder = "hub--";

    /// <param name="ids">The models; all in the cache if there are none.</param>
    /// <param name="zoo">The manifests.</param>
    /// <param name="screen">Where to show the result.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> ids, ZooOptions zoo, Screen screen, CancellationToken cancellationToken)
    {
        List<FileVerification> files = [];
        List<CachedModel> unknown = [];
        foreach (string id in ids)
        {
            ModelVerification verification = await ProgressBars.ShowAsync(
                screen, $"Hashing {id}", _ => ScottModels.VerifyAsync(id, zoo, cancellationToken));
            files.AddRange(verification.Files);
        }

        if (ids.Count == 0)
        {
            IReadOnlyList<CacheVerification> cache = await ProgressBars.ShowAsync(
                screen, "Hashing the cache", _ => ScottModels.VerifyCacheAsync(zoo, cancellationToken));
            files.AddRange(cache.SelectMany(model => model.Files ?? []));
            unknown.AddRange(cache.Where(model => model.Files is null).Select(model => model.Model));
        }

        Table table = new Table().AddColumns("file", "condition", "SHA-256");
        foreach (FileVerification file in files)
            table.AddRow(Markup.Escape(file.Path), Describe(file), file.ActualSha256 ?? "-");

        if (files.Count > 0)
            screen.Output.Write(table);

        foreach (CachedModel model in unknown)
        {
            screen.Warn($"'{model.Folder}' was not checked: " + (model.Id.StartsWith(HubFolder, StringComparison.Ordinal)
                ? "its download is not finished. It resumes when the model is used."
                : "no manifest describes it; name its manifest with --manifest."));
        }

        int unsound = files.Count(file => file.Condition != FileCondition.Sound);
        screen.Say(files.Count == 0 ? unknown.Count == 0 ? "The cache is empty." : "Nothing was checked."
            : unsound == 0 ? $"{Plural.Of(files.Count, "file")} checked; nothing is wrong."
            : $"{unsound} of {Plural.Of(files.Count, "file")} missing or damaged. "
                + "Remove them with 'scott models remove'; 'scott models download', or the next use of a model of the hub, gets them again.");
        screen.Result(new
        {
            isSound = unsound == 0,
            notChecked = unknown.Select(model => model.Folder),
            files = files.Select(file => new
            {
                file.Path,
                file.Condition,
                expectedBytes = file.File.Bytes,
                expectedSha256 = file.File.Sha256,
                file.ActualBytes,
                file.ActualSha256,
            }),
        });
        return unsound == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static string Describe(FileVerification file) => file.Condition switch
    {
        FileCondition.Sound => "sound",
        FileCondition.Missing => "missing",
        FileCondition.WrongLength => $"wrong length: {file.ActualBytes}, expected {file.File.Bytes}",
        _ => "wrong content",
    };
}
