using System.IO.Compression;
using System.IO.Hashing;

namespace Scott.Models.Weights;

/// <summary>The format of <c>torch.save</c> since PyTorch 1.6: an uncompressed zip archive of a pickle and one entry per storage.</summary>
internal sealed class ZipCheckpoint
{
    private const string PickleEntry = "/data.pkl";

    private readonly string _path;
    private readonly ZipArchive _archive;
    private long _unreadBytes;

    private ZipCheckpoint(string path, ZipArchive archive, long fileBytes) => (_path, _archive, _unreadBytes) = (path, archive, fileBytes);

    public static bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8);

    public static IReadOnlyList<WeightTensor> Read(string path, FileStream stream, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return new ZipCheckpoint(path, archive, stream.Length).Read(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new PyTorchCheckpointException(
                path, PyTorchCheckpointFault.Archive, $"its archive is damaged: {exception.Message} Fetch or save it again.",
                innerException: exception);
        }
    }

    private List<WeightTensor> Read(CancellationToken cancellationToken)
    {
        ZipArchiveEntry[] pickles = [.. _archive.Entries.Where(entry => entry.FullName.EndsWith(PickleEntry, StringComparison.Ordinal))];
        if (pickles is not [ZipArchiveEntry pickle])
        {
            throw Fault(
                PyTorchCheckpointFault.Archive,
                $"its archive holds {Plural.Of(pickles.Length, "entry", "entries")} called data.pkl; expected one.", "data.pkl");
        }

        string root = pickle.FullName[..^PickleEntry.Length];
        CheckByteOrder(root);
        long fileBytes = _unreadBytes;
        object? value = new PickleReader(_path, new PickleBytes(_path, ReadEntry(pickle)), fileBytes).Read();
        var state = new StateDictionary(_path, fileBytes);
        var storages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var tensors = new List<WeightTensor>();
        foreach ((string name, PickleTensor tensor) in state.Flatten(value))
        {
            cancellationToken.ThrowIfCancellationRequested();
            tensors.Add(state.Materialize(name, tensor, ReadStorage(root, tensor.Storage, storages)));
        }

        return tensors;
    }

    private void CheckByteOrder(string root)
    {
        if (_archive.GetEntry(root + "/byteorder") is { } entry && !ReadEntry(entry).AsSpan().SequenceEqual("little"u8))
            throw Fault(PyTorchCheckpointFault.UnknownFormat, "its byte order is not little-endian. Save it on a little-endian machine.");
    }

    private byte[] ReadStorage(string root, PickleStorage storage, Dictionary<string, byte[]> storages)
    {
        if (!storages.TryGetValue(storage.Key, out byte[]? bytes))
        {
            string name = $"{root}/data/{storage.Key}";
            bytes = ReadEntry(_archive.GetEntry(name) ?? throw Fault(PyTorchCheckpointFault.Archive, $"its archive lacks '{name}'.", name));
            storages.Add(storage.Key, bytes);
        }

        int size = storage.DType.ElementBytes();
        return storage.ElementCount >= 0 && storage.ElementCount <= bytes.Length / size
            ? bytes
            : throw Fault(
                PyTorchCheckpointFault.TensorOutOfBounds,
                $"storage '{storage.Key}' claims {Plural.Of(storage.ElementCount, "element")} of {size} bytes; "
                    + $"its entry has {Plural.Of(bytes.Length, "byte")}.",
                storage.Key);
    }

    /// <summary>Reads an entry. All entries together must not exceed the file, so that false sizes and shared bytes take no more memory.</summary>
    private byte[] ReadEntry(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length)
        {
            throw Fault(
                PyTorchCheckpointFault.Archive, $"its entry '{entry.FullName}' is compressed; torch.save stores entries as they are.",
                entry.FullName);
        }

        if (entry.Length > _unreadBytes || entry.Length > Array.MaxLength)
        {
            throw Fault(
                PyTorchCheckpointFault.Truncated,
                $"its entry '{entry.FullName}' claims {Plural.Of(entry.Length, "byte")}; the file cannot hold them.", entry.FullName);
        }

        _unreadBytes -= entry.Length;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)entry.Length);
        using (Stream content = entry.Open())
            content.ReadExactly(bytes);

        return Crc32.HashToUInt32(bytes) == entry.Crc32
            ? bytes
            : throw Fault(
                PyTorchCheckpointFault.Archive, $"its entry '{entry.FullName}' does not match its checksum. Fetch or save it again.", entry.FullName);
    }

    private PyTorchCheckpointException Fault(PyTorchCheckpointFault fault, string detail, string? name = null) => new(_path, fault, detail, name);
}
