using System.Security.Cryptography;
using System.Text.Json;

namespace Scott.Models.Cli;

/// <summary>The figures of one row with one seed, by the name of the probe: top-1 on the test images, and on the validation images, which
/// chose.</summary>
internal sealed record ProtocolFigures(
    ProtocolRow Row, long Seed, IReadOnlyDictionary<string, double> Top1, IReadOnlyDictionary<string, double> Validation)
{
    /// <summary>For how many epochs a training with labels was right.</summary>
    public int? Epochs { get; init; }
}

/// <summary>The finished figures in the folder of a protocol, a file for each row and seed, and the settings that they belong to.</summary>
internal sealed class ProtocolFiles(ProtocolOptions options, ProtocolImages images)
{
    public const long FirstSeed = 47;
    private const string SettingsFile = "settings.json";

    private IEnumerable<long> Seeds => Enumerable.Range(0, options.Seeds).Select(number => FirstSeed + number);

    /// <summary>Creates the folder.</summary>
    /// <exception cref="UsageException">It holds figures of other settings.</exception>
    public async Task RequireSameSettingsAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.OutputPath, SettingsFile);
        string settings = await DescribeAsync(cancellationToken);
        if (File.Exists(path))
        {
            Check.That(
                await File.ReadAllTextAsync(path, cancellationToken) == settings,
                $"'{options.OutputPath}' holds figures of other settings or images; see '{path}'. "
                    + "Give the same options, or another folder with --output.");
        }

        Directory.CreateDirectory(options.OutputPath);
        await WholeFile.WriteTextAsync(path, settings, cancellationToken);
    }

    /// <summary>Whether there are any figures.</summary>
    public bool HasFigures => Enum.GetValues<ProtocolRow>().Any(row => Seeds.Any(seed => File.Exists(PathOf(row, seed))));

    /// <summary>The seeds of a row to measure next: one; or all, if they are measured together.</summary>
    public long[] Missing(ProtocolRow row, bool areTogether)
    {
        long[] missing = [.. Seeds.Where(seed => !File.Exists(PathOf(row, seed)))];
        return missing.Length == 0 ? [] : areTogether ? [.. Seeds] : missing[..1];
    }

    public Task WriteAsync(ProtocolFigures figures, CancellationToken cancellationToken) =>
        WholeFile.WriteTextAsync(PathOf(figures.Row, figures.Seed), JsonSerializer.Serialize(figures), cancellationToken);

    /// <summary>Everything that is finished, whichever rows are measured now.</summary>
    public async Task<IReadOnlyList<ProtocolFigures>> ReadAllAsync(CancellationToken cancellationToken)
    {
        List<ProtocolFigures> all = [];
        foreach (ProtocolRow row in Enum.GetValues<ProtocolRow>())
        {
            foreach (string path in Seeds.Select(seed => PathOf(row, seed)).Where(File.Exists))
                all.Add(JsonSerializer.Deserialize<ProtocolFigures>(await File.ReadAllTextAsync(path, cancellationToken))!);
        }

        return all;
    }

    private string PathOf(ProtocolRow row, long seed) => Path.Combine(options.OutputPath, $"{row}-{seed}.json");

    /// <summary>What decides the figures: a folder holds the results of one such text.</summary>
    private async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        PretrainOptions pretraining = options.ToPretraining(options.Architecture);
        return JsonSerializer.Serialize(new
        {
            Images = images.Digest,
            options.Architecture,
            Model = await HashAsync(options.Model, cancellationToken),
            TwinModel = await HashAsync(options.TwinModel, cancellationToken),
            options.ScratchEpochs,
            options.FineTuneEpochs,
            options.ProbeEpochs,
            Probes = options.Probes.Distinct().Order(),
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
