using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Scott.Models.Weights;

namespace Scott.Models.Metrics;

/// <summary>Moves an index to a new model without embedding all images again: a linear map from old to new vectors, learned from a sample of
/// images that both models embedded. The mapped vectors are approximate. Immutable and thread-safe.</summary>
/// <remarks>Mapped vectors have a fingerprint of their own, so they never pass as vectors of the new model.
/// <c>index.SearchMapped(embedding, count)</c> searches them with queries of the new model.</remarks>
public sealed class VectorMigration
{
    /// <summary>The least number of images that both indexes of <see cref="Fit"/> must hold. A few thousand give a good map.</summary>
    public const int MinimumPairs = 200;

    private const string MappedMark = ", mapped from ";
    private const int HashCharacters = 12;
    private const string Kind = "vector migration";
    /// <summary>No map is near it. With greater numbers a mapped vector could become infinite.</summary>
    private const float LargestNumber = 1e9f;

    /// <summary>[E, D], row-major.</summary>
    private readonly float[] _weights;
    /// <summary>[E].</summary>
    private readonly float[] _offsets;

    internal VectorMigration(VectorFingerprint from, VectorFingerprint to, (float[] Weights, float[] Offsets) map, double recall, int pairs)
    {
        (From, To, Recall, Pairs) = (from, to, recall, pairs);
        (_weights, _offsets) = map;
        Fingerprint = to with { Output = to.Output + MappedMark + Hash() };
    }

    /// <summary>What made the old vectors.</summary>
    public VectorFingerprint From { get; }

    /// <summary>What makes the new vectors.</summary>
    public VectorFingerprint To { get; }

    /// <summary>The fingerprint of mapped vectors: that of the new model, with the output <c>PatchMean, mapped from 0123456789ab</c>
    /// or the like.</summary>
    public VectorFingerprint Fingerprint { get; }

    /// <summary>How many images both indexes held.</summary>
    public int Pairs { get; }

    /// <summary>Recall at 10, 0 to 1, in a fifth of the sample. To measure it, a map is learned from the other images; then half of the fifth,
    /// embedded by the new model, searches the mapped vectors of the other half.</summary>
    /// <remarks>It compares maps of samples of one size. In an index with more images, recall is lower.</remarks>
    public double Recall { get; }

    /// <summary>What <see cref="Recall"/> would be on average if the mapped vectors were found in random order: 10 of as many as are searched.
    /// A map whose recall is near it is worth nothing.</summary>
    /// <value>0.5 for <see cref="MinimumPairs"/>; 0.05 for 2 000 pairs.</value>
    public double ChanceRecall => Math.Min(1, (double)IndexRecall.DefaultCount / MigrationFit.SearchedOf(Pairs));

    /// <summary>Learns the map.</summary>
    /// <param name="old">Vectors of the old model.</param>
    /// <param name="sample">Vectors of the new model for some of the same images, under the same keys.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">An index has no fingerprint; both have the same; the sample is mapped itself; or fewer than
    /// <see cref="MinimumPairs"/> keys are in both.</exception>
    public static VectorMigration Fit(EmbeddingIndex old, EmbeddingIndex sample, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(sample);
        VectorFingerprint from = old.Fingerprint ?? throw new ArgumentException("The index has no fingerprint; expected one.", nameof(old));
        VectorFingerprint to = sample.Fingerprint ?? throw new ArgumentException("The index has no fingerprint; expected one.", nameof(sample));
        if (TargetOf(to) is not null)
            throw new ArgumentException($"The sample holds mapped vectors ({to}); expected vectors that the new model made.", nameof(sample));

        if (from.Matches(to))
            throw new ArgumentException($"Both indexes hold vectors of {to}; there is nothing to migrate.", nameof(sample));

        return MigrationFit.Run(MigrationPairs.Of(old, sample), from, to, cancellationToken);
    }

    /// <summary>Maps one vector.</summary>
    /// <param name="vector">A vector of the old model, of any length.</param>
    /// <returns>About the direction of the new model's vector. Its length has no meaning.</returns>
    /// <exception cref="ArgumentException">The vector has another width than <see cref="From"/>, or is not finite.</exception>
    public float[] Map(ReadOnlySpan<float> vector)
    {
        if (vector.Length != From.Width)
            throw new ArgumentException($"The vector has {Plural.Of(vector.Length, "number")}; expected {From.Width}.", nameof(vector));

        return MapUnit(IndexRows.Unit(vector, Similarity.Length(vector, nameof(vector))));
    }

    /// <summary>Maps all vectors of an index to a new index with the same keys.</summary>
    /// <param name="old">Vectors of the old model.</param>
    /// <param name="progress">Gets the number of vectors that are mapped.</param>
    /// <param name="cancellationToken">Checked between blocks of vectors.</param>
    /// <exception cref="ArgumentException">The index has no fingerprint.</exception>
    /// <exception cref="FingerprintMismatchException">Something else than <see cref="From"/> made the vectors.</exception>
    public EmbeddingIndex Map(EmbeddingIndex old, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(old);
        IndexRows rows = old.Rows;
        From.RequireSameDirection(rows.Fingerprint ?? throw new ArgumentException("The index has no fingerprint; expected one.", nameof(old)));
        var mapped = new EmbeddingIndex(Fingerprint);
        for (int first = 0; first < rows.Count; first += rows.RowsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vectors = new KeyValuePair<string, ReadOnlyMemory<float>>[rows.RowsIn(first / rows.RowsPerBlock)];
            int start = first;
            Parallel.For(0, vectors.Length, i =>
                vectors[i] = KeyValuePair.Create(rows.Key(start + i), (ReadOnlyMemory<float>)MapUnit(rows.Row(start + i))));
            mapped.AddRange(vectors, Fingerprint);
            progress?.Report(mapped.Count);
        }

        GC.KeepAlive(rows);
        return mapped;
    }

    /// <summary>Writes the map, atomically. The file is safetensors.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">The old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tensors = new WeightSet(
            [WeightTensor.Create("weights", [To.Width, From.Width], _weights), WeightTensor.Create("offsets", [To.Width], _offsets)]);
        string description = JsonSerializer.Serialize(
            new MigrationDescription(From.ToJson(), Recall, Pairs), MigrationJsonContext.Default.MigrationDescription);
        return VectorFile.WriteAsync(path, Kind, new VectorFileContent(tensors, To, description), cancellationToken);
    }

    /// <summary>Reads a map that <see cref="SaveAsync"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SafetensorsException">The file is not valid safetensors.</exception>
    /// <exception cref="VectorFileException">It holds something else, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<VectorMigration> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        VectorFileContent content = await VectorFile.ReadAsync(path, Kind, WeightStorage.Managed, cancellationToken).ConfigureAwait(false);
        MigrationDescription description = VectorFile.Describe(path, content, MigrationJsonContext.Default.MigrationDescription);
        VectorFingerprint from = VectorFile.ReadPart(path, "a description", () => VectorFingerprint.FromJson(description.From));
        VectorFingerprint to = VectorFile.RequireFingerprint(path, content);
        float[] weights = VectorFile.Tensor(path, content.Tensors, "weights", TensorDType.Float32, to.Width, from.Width).ToArray();
        float[] offsets = VectorFile.Tensor(path, content.Tensors, "offsets", TensorDType.Float32, to.Width).ToArray();
        bool isLegal = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(weights)) <= LargestNumber
            && MathF.Abs(TensorPrimitives.MaxMagnitude<float>(offsets)) <= LargestNumber
            && description is { Recall: >= 0 and <= 1, Pairs: >= MinimumPairs } && TargetOf(to) is null;
        return isLegal ? new VectorMigration(from, to, (weights, offsets), description.Recall, description.Pairs) : throw VectorFile.Damaged(
            path, VectorFileFault.Value, "holds a number that is not finite, or a description that cannot be");
    }

    /// <summary>The fingerprint that mapped vectors aim at, that of the new model; <see langword="null"/> if vectors are not mapped.</summary>
    /// <param name="stored">The fingerprint of an index.</param>
    public static VectorFingerprint? TargetOf(VectorFingerprint? stored)
    {
        int mark = stored?.Output.LastIndexOf(MappedMark, StringComparison.Ordinal) ?? -1;
        return mark < 0 ? null : stored! with { Output = stored.Output[..mark] };
    }

    private float[] MapUnit(ReadOnlySpan<float> unit)
    {
        float[] mapped = new float[_offsets.Length];
        for (int i = 0; i < mapped.Length; i++)
            mapped[i] = TensorPrimitives.Dot(unit, _weights.AsSpan(i * unit.Length, unit.Length)) + _offsets[i];

        return mapped;
    }

    /// <summary>A hash of the map and of the model it maps from: vectors of other maps, or from another old model, must not match.</summary>
    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes((From with { ModelId = string.Empty }).ToJson()));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_weights));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_offsets));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HashCharacters];
    }
}

/// <summary>What a migration's file says beside its numbers.</summary>
/// <param name="From">The fingerprint of the old vectors, as JSON.</param>
/// <param name="Recall">See <see cref="VectorMigration.Recall"/>.</param>
/// <param name="Pairs">See <see cref="VectorMigration.Pairs"/>.</param>
internal sealed record MigrationDescription(string From, double Recall, int Pairs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MigrationDescription))]
internal sealed partial class MigrationJsonContext : JsonSerializerContext;
