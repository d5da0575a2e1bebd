namespace Scott.Models.Weights;

/// <summary>Reads the tensors of a PyTorch checkpoint (<c>.pth</c>, <c>.pt</c>), in the zip format or the format before PyTorch 1.6.</summary>
/// <remarks>
/// A pickle is a program; this reader does not run it. It understands dictionaries, lists, tuples, strings, numbers and tensors. It refuses
/// anything else by its name, without looking it up. The size of the file limits the memory, whatever the file claims.
/// </remarks>
public static class PyTorchCheckpoint
{
    /// <summary>Reads a checkpoint's tensors. Nested dictionaries and lists give names joined by dots, as in <c>model.blocks.0.weight</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensorPrefix">Reads only the tensors whose names start with this and a dot, and removes both, for example <c>model</c>.</param>
    /// <param name="cancellationToken">Checked before each tensor.</param>
    /// <exception cref="PyTorchCheckpointException">The file is damaged, of another format, or holds refused content; or no tensor fits.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Task<WeightSet> ReadAsync(string path, string? tensorPrefix = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Read(path, tensorPrefix, cancellationToken), cancellationToken);
    }

    /// <summary>Whether a file starts like one of the two formats.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) => ZipCheckpoint.Recognizes(start) || LegacyCheckpoint.Recognizes(start);

    private static WeightSet Read(string path, string? tensorPrefix, CancellationToken cancellationToken)
    {
        PlainFile.RequireReadable(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Span<byte> start = stackalloc byte[GitLfsPointer.StartBytes];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        var all = new WeightSet(
            ZipCheckpoint.Recognizes(start) ? ZipCheckpoint.Read(path, stream, cancellationToken)
            : LegacyCheckpoint.Recognizes(start) ? LegacyCheckpoint.Read(path, stream, cancellationToken)
            : GitLfsPointer.Begins(start)
                ? throw new PyTorchCheckpointException(path, PyTorchCheckpointFault.GitLfsPointer, GitLfsPointer.Explanation)
            : throw new PyTorchCheckpointException(
                path, PyTorchCheckpointFault.UnknownFormat, "it starts neither as a zip archive nor as a pickle. Save it again with torch.save."));
        return tensorPrefix is null ? all : Select(path, all, tensorPrefix);
    }

    private static WeightSet Select(string path, WeightSet all, string prefix)
    {
        WeightSet selected = all.StripPrefix(prefix + ".");
        return selected.Count > 0
            ? selected
            : throw new PyTorchCheckpointException(
                path, PyTorchCheckpointFault.NotAStateDict,
                $"no tensor's name starts with '{prefix}.'; the first names are {string.Join(", ", all.Names.Take(3))}.", prefix);
    }
}
