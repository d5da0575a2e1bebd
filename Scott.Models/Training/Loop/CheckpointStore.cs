using System.Text.RegularExpressions;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>The checkpoints in a run's folder: each is one file, written whole or not at all, with a checksum. The newest few are kept. A file whose
/// name is not exactly a checkpoint's, such as a copy, is neither read nor deleted.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="kept">How many checkpoints are kept.</param>
/// <param name="reportDeleted">Is told of each damaged checkpoint that is deleted.</param>
internal sealed partial class CheckpointStore(string folder, int kept, Action<string>? reportDeleted = null)
{
    private const string Prefix = "checkpoint-";
    private const string Extension = ".safetensors";
    private const string StepsKey = "scott.checkpoint.steps";
    private const string EpochKey = "scott.checkpoint.epoch";
    private const string OptionsKey = "scott.checkpoint.options";
    private const string RunKey = "scott.checkpoint.run";
    private const string HistoryKey = "scott.checkpoint.history";
    private const string ChecksumKey = "scott.checkpoint.sha256";
    private const string BestPrefix = "best.";

    /// <summary>The files that could not be read.</summary>
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);

    /// <summary>Created with the first checkpoint if it does not exist.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The files, newest first.</summary>
    public IReadOnlyList<string> Files() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder, Prefix + "*" + Extension)
            .Where(path => OwnName().IsMatch(Path.GetFileName(path)))
            .OrderByDescending(path => Path.GetFileName(path), StringComparer.Ordinal)];

    /// <summary>Writes a checkpoint into a file. Then deletes the oldest ones, and those of later steps that could not be read.</summary>
    public async Task<string> SaveAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        // Leading zeros make the names sort by step.
        Directory.CreateDirectory(Folder);
        string path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{checkpoint.Steps:0000000000}{Extension}"));
        var metadata = new Dictionary<string, string>
        {
            [StepsKey] = checkpoint.Steps.ToString(CultureInfo.InvariantCulture),
            [EpochKey] = checkpoint.Epoch.ToString(CultureInfo.InvariantCulture),
            [OptionsKey] = checkpoint.Options,
            [RunKey] = checkpoint.Run,
        };
        WeightTensor[] history = SafetensorsText.Add(metadata, HistoryKey, checkpoint.History);
        var tensors = new WeightSet(
            [.. checkpoint.State, .. checkpoint.Best?.WithPrefix(BestPrefix) ?? Enumerable.Empty<WeightTensor>(), .. history]);
        metadata[ChecksumKey] = Checksum(metadata, tensors);
        await SafetensorsFile.WriteAsync(path, tensors, metadata, cancellationToken).ConfigureAwait(false);

        // From a sound one of a later step the run would have resumed.
        string[] files = [.. Files()];
        int written = Math.Max(0, Array.FindIndex(files, other => Path.GetFileName(other) == Path.GetFileName(path)));
        foreach (string later in files[..written].Where(_damaged.Contains))
        {
            reportDeleted?.Invoke($"The damaged checkpoint '{later}' is deleted.");
            DiskFault.TryDelete(later);
        }

        foreach (string old in files.Skip(written + kept))
            DiskFault.TryDelete(old);

        return path;
    }

    /// <summary>Reads the newest checkpoint that is sound; <see langword="null"/> if the folder has none.</summary>
    /// <exception cref="CheckpointException">No checkpoint is sound, or one cannot be read.</exception>
    public async Task<TrainingCheckpoint?> ReadNewestAsync(Action<string> report, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> files = Files();
        ScottException? failure = null;
        foreach (string path in files)
        {
            try
            {
                return await ReadAsync(path, cancellationToken).ConfigureAwait(false);
            }
            catch (ScottException exception)
            {
                failure = exception;
                _damaged.Add(path);
                report($"The checkpoint '{path}' is damaged and skipped: {exception.Message}");
            }
            catch (Exception exception) when (DiskFault.Is(exception))
            {
                throw CheckpointException.Reading(Folder, exception);
            }
        }

        if (failure is null)
            return null;

        string found = files.Count == 1 ? "its only checkpoint is" : $"all of its {Plural.Of(files.Count, "checkpoint")} are";
        throw CheckpointException.CannotResume(
            CheckpointFault.Damaged, Folder, $"{found} damaged. Delete the files there to start again. The oldest: {failure.Message}", failure);
    }

    /// <summary>The settings of the newest sound checkpoint as JSON; <see langword="null"/> if there is none.</summary>
    public async Task<string?> PeekOptionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadNewestAsync(_ => { }, cancellationToken).ConfigureAwait(false))?.Options;
        }
        catch (Exception exception) when (exception is ScottException || DiskFault.Is(exception))
        {
            return null; // Reading it to resume reports the fault.
        }
    }

    private static async Task<TrainingCheckpoint> ReadAsync(string path, CancellationToken cancellationToken)
    {
        SafetensorsContent content = await SafetensorsFile.ReadAsync(path, WeightStorage.Managed, cancellationToken).ConfigureAwait(false);
        string Entry(string key) =>
            SafetensorsText.Find(content, key) ?? throw new ModelFormatException(path, $"'{path}' has no '{key}'.");
        if (Entry(ChecksumKey) != Checksum(content.Metadata, content.Tensors))
            throw new ModelFormatException(path, $"'{path}' does not have the content that its checksum says.");
        if (!content.Tensors.IsFinite()) // Earlier versions wrote what a run that diverged had left.
            throw new ModelFormatException(path, $"'{path}' holds numbers that are not finite.");

        WeightSet best = content.Tensors.StripPrefix(BestPrefix);
        return new TrainingCheckpoint(
            long.Parse(Entry(StepsKey), CultureInfo.InvariantCulture), int.Parse(Entry(EpochKey), CultureInfo.InvariantCulture),
            Entry(OptionsKey), Entry(RunKey), Entry(HistoryKey),
            new WeightSet(content.Tensors.Where(
                tensor => tensor.Name != HistoryKey && !tensor.Name.StartsWith(BestPrefix, StringComparison.Ordinal))),
            best.Count > 0 ? best : null)
        { Path = path };
    }

    /// <summary>Covers every other entry and every tensor in the order of names: any changed bit changes it.</summary>
    private static string Checksum(IReadOnlyDictionary<string, string> metadata, WeightSet state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Append(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        foreach (string key in metadata.Keys.Where(key => key != ChecksumKey).Order(StringComparer.Ordinal))
        {
            Append(key);
            Append(metadata[key]);
        }

        foreach (WeightTensor tensor in state.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            Append(tensor.ToString());
            hash.AppendData(tensor.Data.Span);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    [GeneratedRegex(@"^checkpoint-[0-9]{10}\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();
}

/// <summary>All that a run needs to continue as if it had never stopped. The epoch is the next step's, from 0. The settings that identify the
/// run, the <see cref="SavedState"/> and the records are JSON. The state has networks and optimizer; the best weights are those after the best
/// epoch.</summary>
internal sealed record TrainingCheckpoint(long Steps, int Epoch, string Options, string Run, string History, WeightSet State, WeightSet? Best)
{
    /// <summary>The file that it was read from.</summary>
    public string? Path { get; init; }
}
