using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Scott.Models.Weights;

/// <summary>Named tensors, in managed memory or mapped from a file. Immutable and thread-safe; holds no torch object and needs no disposal.</summary>
/// <remarks>A mapped file is released when nothing refers to its tensors any more.</remarks>
public sealed class WeightSet : IReadOnlyCollection<WeightTensor>
{
    private readonly Dictionary<string, WeightTensor> _byName;
    private readonly List<WeightTensor> _tensors;

    /// <summary>Makes a set of tensors.</summary>
    /// <param name="tensors">The tensors, in the order in which they are enumerated and listed in errors.</param>
    /// <exception cref="ArgumentException">A tensor is null, or two have the same name.</exception>
    public WeightSet(IEnumerable<WeightTensor> tensors)
    {
        _tensors = [.. Items.NotNull(tensors, "a tensor")];
        _byName = new Dictionary<string, WeightTensor>(_tensors.Count, StringComparer.Ordinal);
        foreach (WeightTensor tensor in _tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
                throw new ArgumentException($"Two tensors are called '{tensor.Name}'.", nameof(tensors));
        }
    }

    /// <inheritdoc/>
    public int Count => _tensors.Count;

    /// <summary>The names of the tensors, in their order.</summary>
    public IEnumerable<string> Names => _tensors.Select(tensor => tensor.Name);

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">No tensor has that name.</exception>
    public WeightTensor this[string name] => TryGet(name, out WeightTensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"There is no tensor '{name}' among these {Count}.");

    /// <summary>Looks up a tensor by its name; <see langword="false"/> if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, or <see langword="null"/>.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Selects the tensors whose names start with a prefix, and removes it from their names. The data is shared.</summary>
    /// <param name="prefix">The prefix with its dot, for example <c>model.</c>.</param>
    public WeightSet StripPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return new WeightSet(_tensors
            .Where(tensor => tensor.Name.Length > prefix.Length && tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor => new WeightTensor(tensor.Name[prefix.Length..], tensor.DType, tensor.Shape, tensor.Data)));
    }

    /// <summary>The same tensors, with a prefix before each name. The data is shared.</summary>
    internal WeightSet WithPrefix(string prefix) =>
        new(_tensors.Select(tensor => new WeightTensor(prefix + tensor.Name, tensor.DType, tensor.Shape, tensor.Data)));

    /// <summary>The same tensors in half precision, rounded to nearest.</summary>
    /// <exception cref="InvalidOperationException">A value is beyond ±65 504, or not a number.</exception>
    internal WeightSet ToFloat16() => new(_tensors.Select(tensor => tensor.ToFloat16()));

    /// <summary>The SHA-256 of names, types, shapes and bytes. The order of the tensors does not change it.</summary>
    internal string Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightTensor tensor in _tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(tensor.ToString()));
            hash.AppendData(tensor.Data.Span);
        }

        GC.KeepAlive(this);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public IEnumerator<WeightTensor> GetEnumerator() => _tensors.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
