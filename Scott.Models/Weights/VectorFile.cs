using System.Text.Json.Serialization.Metadata;

namespace Scott.Models.Weights;

/// <summary>Writes and reads the files of what is made of vectors (an index, prototypes, an anomaly detector): safetensors with the kind of the
/// content, the fingerprint of the vectors, and a description in JSON.</summary>
internal static class VectorFile
{
    private const string KindKey = "scott.vectors";
    private const string VersionKey = "scott.vectors.version";
    private const string FingerprintKey = "scott.vectors.fingerprint";
    private const string DescriptionKey = "scott.vectors.description";
    private const string CurrentVersion = "2";

    /// <summary>Files whose description is in the header: earlier versions of this package read them.</summary>
    private const string FirstVersion = "1";

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="kind">What it holds, in two or three words, for example <c>embedding index</c>.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Checked before each tensor; the old file then stays.</param>
    /// <param name="written">Called after each tensor.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task WriteAsync(
        string path, string kind, VectorFileContent content, CancellationToken cancellationToken, Action<WeightTensor>? written = null)
    {
        var entries = new Dictionary<string, string>
        {
            [KindKey] = kind,
        };
        if (content.Fingerprint is { } fingerprint)
            entries[FingerprintKey] = fingerprint.ToJson();

        WeightTensor[] description = SafetensorsText.Add(entries, DescriptionKey, content.Description);
        entries[VersionKey] = description.Length > 0 ? CurrentVersion : FirstVersion;
        var tensors = new WeightSet([.. content.Tensors, .. description]);
        return SafetensorsFile.WriteAsync(path, tensors, entries, written ?? (_ => { }), cancellationToken);
    }

    /// <summary>Reads a file of one kind.</summary>
    /// <exception cref="SafetensorsException">The file is not valid safetensors.</exception>
    /// <exception cref="VectorFileException">It holds something else, or its fingerprint is not understood.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<VectorFileContent> ReadAsync(string path, string kind, WeightStorage storage, CancellationToken cancellationToken)
    {
        SafetensorsContent content = await SafetensorsFile.ReadAsync(path, storage, cancellationToken).ConfigureAwait(false);
        if (!content.Metadata.TryGetValue(KindKey, out string? found))
            throw new VectorFileException(path, VectorFileFault.OtherKind, $"holds no vectors of this package; expected a file of kind '{kind}'.");

        if (found != kind)
            throw new VectorFileException(path, VectorFileFault.OtherKind, $"is a file of kind '{Quoted.Value(found)}'; expected '{kind}'.");

        string version = content.Metadata.GetValueOrDefault(VersionKey) ?? "unknown";
        if (version is not (FirstVersion or CurrentVersion))
        {
            throw new VectorFileException(
                path, VectorFileFault.NewerVersion,
                $"has the format version '{Quoted.Value(version)}'; this package reads up to {CurrentVersion}. Update Scott.Models.");
        }

        string description = SafetensorsText.Find(content, DescriptionKey)
            ?? throw Damaged(path, VectorFileFault.Description, $"has no '{DescriptionKey}'");
        var tensors = new WeightSet(content.Tensors.Where(tensor => tensor.Name != DescriptionKey));
        return new VectorFileContent(tensors, Fingerprint(path, content.Metadata), description);
    }

    /// <summary>The description of a file, as an object.</summary>
    /// <exception cref="VectorFileException">It is not understood.</exception>
    public static T Describe<T>(string path, VectorFileContent content, JsonTypeInfo<T> type)
        where T : class =>
        ReadPart(path, "a description", () => JsonSerializer.Deserialize(content.Description, type)
            ?? throw new JsonException("It is null; expected an object."));

    /// <summary>The fingerprint of a file that must have one.</summary>
    /// <exception cref="VectorFileException">It has none.</exception>
    public static VectorFingerprint RequireFingerprint(string path, VectorFileContent content) =>
        content.Fingerprint ?? throw Damaged(path, VectorFileFault.Description, "has no fingerprint");

    /// <summary>The error of a file that is not as it was written. The text completes "'PATH' …", without a full stop.</summary>
    public static VectorFileException Damaged(string path, VectorFileFault fault, string what, Exception? innerException = null) =>
        new(path, fault, $"{what}. The file is damaged; write it again.", innerException);

    /// <summary>Reads a JSON text of the file, and names the file in the error if it is not understood.</summary>
    public static T ReadPart<T>(string path, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ScottConfigurationException or JsonException)
        {
            string fault = Quoted.Value(exception.Message, Quoted.LongestFault).TrimEnd('.');
            throw Damaged(path, VectorFileFault.Description, $"has {what} that is not understood: {fault}", exception);
        }
    }

    /// <summary>A tensor with the type and the shape that the description promises; −1 stands for any length.</summary>
    /// <exception cref="VectorFileException">There is no such tensor.</exception>
    public static WeightTensor Tensor(string path, WeightSet tensors, string name, TensorDType dtype, params ReadOnlySpan<long> shape)
    {
        if (!tensors.TryGet(name, out WeightTensor? tensor))
            throw Damaged(path, VectorFileFault.Tensor, $"has no tensor '{name}'");

        bool fits = tensor.DType == dtype && tensor.Shape.Length == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
            fits = shape[i] < 0 || shape[i] == tensor.Shape[i];

        return fits ? tensor : throw Damaged(
            path, VectorFileFault.Tensor, $"holds {tensor}; expected {dtype} {WeightTensor.Describe(shape)}, −1 for any length");
    }

    private static VectorFingerprint? Fingerprint(string path, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(FingerprintKey, out string? json) ? ReadPart(path, "a fingerprint", () => VectorFingerprint.FromJson(json)) : null;
}

/// <summary>What a file of vectors holds.</summary>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Fingerprint">What made the vectors; <see langword="null"/> if that is not known.</param>
/// <param name="Description">Everything else, as JSON of the kind's own form.</param>
internal sealed record VectorFileContent(WeightSet Tensors, VectorFingerprint? Fingerprint, string Description);
