using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>The checkpoints in a run's folder: each is one file, written whole or not at all, with a checksum. The newest few are kept.</summary>
internal sealed class CheckpointStore
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

    private readonly int _kept;

    /// <param name="folder">Created with the first checkpoint if it does not exist.</param>
    /// <param name="kept">How many of the newest are kept, at least 1.</param>
    public CheckpointStore(string folder, int kept)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kept);
        Folder = Path.GetFullPath(folder);
        _kept = kept;
    }

    public string Folder { get; }

    /// <summary>The files, newest first.</summary>
    public IReadOnlyList<string> Files() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder, Prefix + "*" + Extension).OrderByDescending(path => Path.GetFileName(path), StringComparer.Ordinal)];

    /// <summary>Writes a checkpoint, then deletes the oldest ones.</summary>
    /// <returns>The file.</returns>
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
            [HistoryKey] = checkpoint.History,
        };
        var tensors = new WeightSet(checkpoint.State.Concat(checkpoint.Best?.WithPrefix(BestPrefix) ?? Enumerable.Empty<WeightTensor>()));
        metadata[ChecksumKey] = Checksum(metadata, tensors);
        await SafetensorsFile.WriteAsync(path, tensors, metadata, cancellationToken).ConfigureAwait(false);
        foreach (string old in Files().Skip(_kept))
            File.Delete(old);

        return path;
    }

    /// <summary>Reads the newest checkpoint that is sound.</summary>
    /// <returns><see langword="null"/> if the folder has none.</returns>
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

    private static async Task<TrainingCheckpoint> ReadAsync(string path, CancellationToken cancellationToken)
    {
        SafetensorsContent content = await SafetensorsFile.ReadAsync(path, WeightStorage.Managed, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, string> metadata = content.Metadata;
        string Entry(string key) => metadata.TryGetValue(key, out string? value)
            ? value
            : throw new ModelFormatException(path, $"'{path}' has no '{key}'.");
        if (Entry(ChecksumKey) != Checksum(metadata, content.Tensors))
            throw new ModelFormatException(path, $"'{path}' does not have the content that its checksum says.");

        WeightSet best = content.Tensors.StripPrefix(BestPrefix);
        return new TrainingCheckpoint(
            long.Parse(Entry(StepsKey), CultureInfo.InvariantCulture),
            int.Parse(Entry(EpochKey), CultureInfo.InvariantCulture),
            Entry(OptionsKey),
            Entry(RunKey),
            Entry(HistoryKey),
            new WeightSet(content.Tensors.Where(tensor => !tensor.Name.StartsWith(BestPrefix, StringComparison.Ordinal))),
            best.Count > 0 ? best : null);
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
}

/// <summary>All that a run needs to continue as if it had never stopped.</summary>
/// <param name="Steps">The optimizer steps taken.</param>
/// <param name="Epoch">The epoch of the next step, from 0.</param>
/// <param name="Options">The settings that identify the run, as JSON.</param>
/// <param name="Run">A <see cref="SavedState"/> as JSON.</param>
/// <param name="History">The records of the epochs so far, as JSON.</param>
/// <param name="State">The networks and the optimizer's moments.</param>
/// <param name="Best">The weights after the best epoch, if there is one.</param>
internal sealed record TrainingCheckpoint(long Steps, int Epoch, string Options, string Run, string History, WeightSet State, WeightSet? Best);
