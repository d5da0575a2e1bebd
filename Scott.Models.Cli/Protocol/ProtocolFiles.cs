using System.Security.Cryptography;
using System.Text.Json;

namespace Scott.Models.Cli;

/// <summary>The figures of one row with one seed, by the name of the probe: top-1 on the test images, and on the validation images, which
/// chose.</summary>
internal sealed record ProtocolFigures(
    ProtocolRow Row, long Seed, IReadOnlyDictionary<string, double> Top1, IReadOnlyDictionary<string, double> Validation)
{
    /// <summary>What the attentive probes of this part of a row learned from; <see langword="null"/> for a training, and for all parts
    /// joined.</summary>
    public ProbeImages? Images { get; init; }

    /// <summary>For how many epochs a training with labels was right.</summary>
    public int? Epochs { get; init; }

    /// <summary>The SHA-256 of the model file that was given; <see langword="null"/> if the model was made here.</summary>
    public string? ModelHash { get; init; }

    /// <summary>How many images the probes, or the test of a training, left out because they cannot be read.</summary>
    public int Unreadable { get; init; }
}

/// <summary>The finished figures in the folder of a protocol, and the settings that they belong to. There is a file for each row and seed. A row of
/// probes has one for each kind of images that its attentive probes learn from.</summary>
/// <param name="options">What the command line asks for.</param>
/// <param name="images">The images.</param>
/// <param name="preprocessing">That of the model.</param>
/// <param name="screen">Where warnings go.</param>
internal sealed class ProtocolFiles(ProtocolOptions options, ProtocolImages images, PreprocessingSpec preprocessing, Screen screen)
{
    public const long FirstSeed = 47;
    private const string SettingsFile = "settings.json";

    private IEnumerable<long> Seeds => Enumerable.Range(0, options.Seeds).Select(number => FirstSeed + number);

    /// <summary>Creates the folder.</summary>
    /// <exception cref="UsageException">It holds figures of other settings.</exception>
    public async Task RequireSameSettingsAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.OutputPath, SettingsFile);
        string settings = Describe();
        if (File.Exists(path))
        {
            string[] changes = SettingsChange.Between(await File.ReadAllTextAsync(path, cancellationToken), settings);
            Check.That(
                changes.Length == 0 || !(HasFigures || HasModels), // An unfinished pre-training compares its settings itself.
                $"'{options.OutputPath}' holds figures of other settings or images: {string.Join("; ", changes)}. "
                    + "Give the same options, or another folder with --output.");
        }

        foreach (ProtocolFigures figures in await ReadPartsAsync(cancellationToken))
            await RequireSameModelAsync(figures, cancellationToken);

        Directory.CreateDirectory(options.OutputPath);
        await WholeFile.WriteTextAsync(path, settings, cancellationToken);
    }

    /// <summary>The SHA-256 of the model file of a row, or <see langword="null"/> if none is given.</summary>
    public Task<string?> HashModelAsync(ProtocolRow row, CancellationToken cancellationToken) => HashAsync(options.FileOf(row), cancellationToken);

    /// <summary>Whether there are any figures, whichever the seeds.</summary>
    public bool HasFigures => Directory.Exists(options.OutputPath) && Enum.GetNames<ProtocolRow>().Any(
        row => Directory.EnumerateFiles(options.OutputPath, $"{row}-*.json").Any());

    /// <summary>Whether a pre-training has finished here. Its model is used as it is.</summary>
    private bool HasModels => Directory.Exists(options.OutputPath) && Directory.EnumerateDirectories(options.OutputPath, "pretrain-*").Any(
        folder => File.Exists(Path.Combine(folder, WrittenFiles.ModelFile)));

    /// <summary>The part of a row to measure next, and its seeds: one; or all, if they are measured together. No seeds if the row is
    /// finished.</summary>
    public (ProbeImages? Images, long[] Seeds) Missing(ProtocolRow row, bool areTogether)
    {
        foreach (ProbeImages? part in PartsOf(row))
        {
            long[] missing = [.. Seeds.Where(seed => !File.Exists(PathOf(row, part, seed)))];
            if (missing.Length > 0)
                return (part, areTogether ? [.. Seeds] : missing[..1]);
        }

        return (null, []);
    }

    /// <summary>Keeps figures that took long, whatever is canceled meanwhile.</summary>
    public Task WriteAsync(ProtocolFigures figures) =>
        WholeFile.WriteTextAsync(PathOf(figures.Row, figures.Images, figures.Seed), JsonSerializer.Serialize(figures), CancellationToken.None);

    /// <summary>Every row and seed that is finished, whichever rows are measured now.</summary>
    public async Task<IReadOnlyList<ProtocolFigures>> ReadAllAsync(CancellationToken cancellationToken) =>
        [.. (await ReadPartsAsync(cancellationToken)).GroupBy(part => (part.Row, part.Seed))
            .Where(parts => parts.Count() == PartsOf(parts.Key.Row).Count())
            .Select(parts => ProtocolTable.Join([.. parts]))];

    private async Task<List<ProtocolFigures>> ReadPartsAsync(CancellationToken cancellationToken)
    {
        List<ProtocolFigures> all = [];
        foreach (ProtocolRow row in Enum.GetValues<ProtocolRow>())
        {
            IEnumerable<string> paths = Seeds.SelectMany(seed => PartsOf(row).Select(part => PathOf(row, part, seed)));
            foreach (string path in paths.Where(File.Exists))
            {
                if (await FindAsync(path, cancellationToken) is { } figures)
                    all.Add(figures);
            }
        }

        return all;
    }

    /// <summary>A training has one part.</summary>
    private IEnumerable<ProbeImages?> PartsOf(ProtocolRow row) =>
        row is ProtocolRow.Scratch or ProtocolRow.FineTuned ? [null] : options.ProbeKinds.Select(images => (ProbeImages?)images);

    /// <summary>The figures in a file. A damaged file is removed, and its figures are measured again.</summary>
    private async Task<ProtocolFigures?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<ProtocolFigures>(await File.ReadAllTextAsync(path, cancellationToken))
                ?? throw new JsonException("It holds no figures.");
        }
        catch (JsonException exception)
        {
            screen.Warn($"'{path}' is damaged, and its figures are measured again: {exception.Message}");
            File.Delete(path);
            return null;
        }
    }

    private string PathOf(ProtocolRow row, ProbeImages? part, long seed) =>
        Path.Combine(options.OutputPath, $"{row}-{(part is null ? string.Empty : $"{part}-")}{seed}.json");

    /// <exception cref="UsageException">The row was measured with another model than the one that the options give.</exception>
    private async Task RequireSameModelAsync(ProtocolFigures figures, CancellationToken cancellationToken)
    {
        // A row that is only kept needs no model file again.
        if (options.FileOf(figures.Row) is null && !options.Rows.Contains(figures.Row))
            return;

        string was = figures.ModelHash is null ? "a model that was pre-trained here" : "another model file";
        Check.That(
            await HashModelAsync(figures.Row, cancellationToken) == figures.ModelHash,
            $"'{options.OutputPath}' holds figures of the row {figures.Row} with {was}. "
                + "Give the same model, or another folder with --output.");
    }

    /// <summary>What decides the figures, besides the models: a folder holds the results of one such text.</summary>
    private string Describe()
    {
        PretrainOptions pretraining = options.ToPretraining(options.Architecture);
        return JsonSerializer.Serialize(new
        {
            Images = images.Digest,
            options.Architecture,
            options.ScratchEpochs,
            options.FineTuneEpochs,
            options.ProbeEpochs,
            Probes = options.ProbeKinds,
            Preprocessing = preprocessing,
            images.FewShot,
            Pretraining = pretraining.ToTrainingOptions(),
            Augmentation = pretraining.ToAugmentation(),
        });
    }

    private static async Task<string?> HashAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null)
            return null;

        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
