namespace Scott.Models.Weights;

/// <summary>Reads the tensors of a PyTorch checkpoint (<c>.pth</c>, <c>.pt</c>): the zip format of <c>torch.save</c> and the one before PyTorch 1.6.</summary>
/// <remarks>
/// A pickle is a program; this reader runs none. It understands dictionaries, lists, tuples, strings, numbers and tensors, and refuses
/// anything else by name without looking it up. Memory is bounded by the file's size, whatever the file claims.
/// </remarks>
public static class PyTorchCheckpoint
{
    /// <summary>Reads a checkpoint's tensors. Nested dictionaries and lists give names joined by dots, as in <c>model.blocks.0.weight</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="under">Takes only the tensors under this name and drops it from theirs, for example <c>model</c>; all if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Checked before each tensor.</param>
    /// <exception cref="PyTorchCheckpointException">The file is damaged, of another format, or names something that is refused.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Task<WeightSet> ReadAsync(string path, string? under = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Read(path, under, cancellationToken), cancellationToken);
    }

    /// <summary>Whether a file starts like one of the two formats.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) => ZipCheckpoint.Recognizes(start) || LegacyCheckpoint.Recognizes(start);

    private static WeightSet Read(string path, string? under, CancellationToken cancellationToken)
    {
        PlainFile.RequireReadable(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> start = stackalloc byte[GitLfsPointer.StartBytes];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        IReadOnlyList<WeightTensor> tensors;
        if (ZipCheckpoint.Recognizes(start))
        {
            tensors = ZipCheckpoint.Read(path, stream, cancellationToken);
        }
        else if (LegacyCheckpoint.Recognizes(start))
        {
            tensors = LegacyCheckpoint.Read(path, stream, cancellationToken);
        }
        else if (GitLfsPointer.Begins(start))
        {
            throw new PyTorchCheckpointException(path, PyTorchCheckpointFault.GitLfsPointer, GitLfsPointer.Explanation);
        }
        else
        {
            throw new PyTorchCheckpointException(
                path, PyTorchCheckpointFault.UnknownFormat, "it starts neither as a zip archive nor as a pickle. Save it again with torch.save.");
        }

        var all = new WeightSet(tensors);
        return under is null ? all : Select(path, all, under);
    }

    private static WeightSet Select(string path, WeightSet all, string under)
    {
        WeightSet selected = all.Under(under + ".");
        return selected.Count > 0
            ? selected
            : throw new PyTorchCheckpointException(
                path,
                PyTorchCheckpointFault.NotAStateDict,
                $"no tensor stands under '{under}'; the first names are {string.Join(", ", all.Names.Take(3))}.",
                under);
    }
}
