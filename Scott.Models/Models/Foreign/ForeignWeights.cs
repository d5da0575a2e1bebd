using System.Numerics.Tensors;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Translates a standard ViT's weights from another library's names and forms to those of <see cref="StandardVitLayout"/>.</summary>
internal sealed class ForeignWeights
{
    private readonly WeightSet _weights;
    private readonly NamingScheme _scheme;
    private readonly string _prefix;
    private readonly ScottArchitecture _architecture;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<WeightTensor> _translated = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _mismatched = [];

    private ForeignWeights(WeightSet weights, NamingScheme scheme, ScottArchitecture architecture)
    {
        (_weights, _scheme, _architecture) = (weights, scheme, architecture);
        _prefix = scheme.PrefixIn(weights);
    }

    /// <summary>Whether weights are to be translated: they belong to a standard ViT, and have other names than ours.</summary>
    public static bool NeedsTranslation(WeightSet weights, ScottArchitecture architecture) =>
        architecture.StandardVit is not null && !weights.TryGet(BackboneLayout.PositionName, out _);

    /// <summary>The weights of the backbone, and those of a linear classifier, if there is one.</summary>
    /// <param name="source">What errors call the weights.</param>
    /// <param name="weights">The weights in another library's names.</param>
    /// <param name="architecture">A standard ViT.</param>
    /// <exception cref="WeightMismatchException">The names are of no known library, or do not fit the architecture.</exception>
    public static (WeightSet Backbone, WeightSet? Head) Translate(string source, WeightSet weights, ScottArchitecture architecture)
    {
        NamingScheme scheme = NamingScheme.Detect(weights)
            ?? throw new WeightMismatchException(source, [BackboneLayout.PositionName], [.. weights.Names], []);
        return new ForeignWeights(weights, scheme, architecture).Translate(source);
    }

    private (WeightSet Backbone, WeightSet? Head) Translate(string source)
    {
        StandardVit standard = _architecture.StandardVit!;
        Copy(_scheme.Tokens.PatchProjection + ".weight", BackboneLayout.PatchProjectionName);
        Copy(_scheme.Tokens.PatchProjection + ".bias", "tokenizer.proj.bias");
        TranslateTokens();
        for (int block = 0; block < _architecture.Depth; block++)
        {
            string number = block.ToString(CultureInfo.InvariantCulture);
            TranslateBlock(standard, $"{_scheme.BlockPrefix}{number}.", $"transformer.blocks.{number}.");
        }

        CopyLayer(_scheme.FinalNorm, StandardVitLayout.FinalNorm);
        WeightSet? head = TranslateHead();
        string[] unexpected = [.. _weights.Names.Where(name => !_used.Contains(name) && !IsUnused(name))];
        if (_missing.Count + unexpected.Length + _mismatched.Count > 0)
            throw new WeightMismatchException(source, _missing, unexpected, _mismatched);

        var backbone = new WeightSet(_translated);
        WeightSpec.RequireFit(source, backbone, BackboneLayout.Backbone(_architecture));
        return (backbone, head);
    }

    private void TranslateBlock(StandardVit standard, string from, string to)
    {
        BlockNames names = _scheme.Block;
        CopyLayer(from + names.AttentionNorm, to + "norm1");
        Join([.. names.QueryKeyValue.Select(part => from + part + ".weight")], to + "self_attn.qkv.weight");
        if (standard.HasQueryKeyValueBias)
            Join([.. names.QueryKeyValue.Select(part => from + part + ".bias")], to + "self_attn.qkv.bias");

        CopyLayer(from + names.Projection, to + "self_attn.proj");
        CopyLayer(from + names.FeedForwardNorm, to + "norm2");
        bool isGated = _architecture.FeedForward == FeedForwardKind.SwiGlu;
        (string input, string output) = isGated ? _scheme.Gated : _scheme.Mlp;
        CopyLayer(from + input, to + (isGated ? "ffn_layer.w12" : "ffn_layer.linear1"));
        CopyLayer(from + output, to + "ffn_layer.last_linear");
        if (!standard.HasLayerScale)
            return;

        Copy(from + names.FirstScale + names.ScaleSuffix, to + "ls1");
        Copy(from + names.SecondScale + names.ScaleSuffix, to + "ls2");
    }

    /// <summary>Positions for class token and registers, which are the table's first rows if it has more rows than patches, are added into
    /// these.</summary>
    private void TranslateTokens()
    {
        int width = _architecture.EmbeddingWidth;
        if (Find(_scheme.Tokens.Positions) is not { } positions)
            return;

        float[] table = positions.ToArray();
        int rows = table.Length / width;
        int prefix = rows - _architecture.Patches;
        int classTokens = _architecture.HasClassToken ? 1 : 0;
        if (table.Length % width != 0 || (prefix != 0 && prefix != classTokens && prefix != _architecture.PrefixTokens))
        {
            _mismatched.Add($"{positions.Name} {WeightTensor.Describe(positions.Shape)}, expected {_architecture.Patches} or "
                + $"{_architecture.Patches + classTokens} rows of {width} numbers");
            return;
        }

        if (_architecture.HasClassToken)
            AddTokens(_scheme.Tokens.Class, StandardVitLayout.ClassTokenName, 1, prefix > 0 ? table.AsSpan(0, width) : []);
        if (_architecture.RegisterTokens > 0)
        {
            int registers = _architecture.RegisterTokens;
            bool hasPositions = prefix > classTokens;
            AddTokens(
                _scheme.Tokens.Registers, BackboneLayout.RegistersName, registers,
                hasPositions ? table.AsSpan(classTokens * width, registers * width) : []);
        }

        _translated.Add(WeightTensor.Create(BackboneLayout.PositionName, [rows - prefix, width], table.AsSpan(prefix * width)));

        // Only some libraries publish the mask token. It matters for masked pre-training alone, which learns it.
        bool hasMask = _weights.TryGet(_prefix + _scheme.Tokens.Mask, out _);
        if (hasMask)
            AddTokens(_scheme.Tokens.Mask, BackboneLayout.MaskTokenName, 1, []);
        else
            _translated.Add(WeightTensor.Create(BackboneLayout.MaskTokenName, [1, 1, width], new float[width]));
    }

    private WeightSet? TranslateHead()
    {
        string name = _scheme.Head;
        if (!_weights.TryGet(name + ".weight", out WeightTensor? weight) || !_weights.TryGet(name + ".bias", out WeightTensor? bias))
            return null;

        _used.UnionWith([weight.Name, bias.Name]);
        return new WeightSet([Renamed(weight, "linear.weight"), Renamed(bias, "linear.bias")]);
    }

    private bool IsUnused(string name) =>
        _scheme.Unused.Any(unused => name.StartsWith(_prefix + unused, StringComparison.Ordinal));

    /// <summary>Tokens as [1, count, D], in single precision, with their positions added if they have any.</summary>
    private void AddTokens(string from, string to, int count, ReadOnlySpan<float> positions)
    {
        if (Find(from) is not { } tokens)
            return;

        float[] values = tokens.ToArray();
        if (values.Length == positions.Length)
            TensorPrimitives.Add(values, positions, values);

        int width = values.Length % count == 0 ? values.Length / count : values.Length;
        _translated.Add(WeightTensor.Create(to, [1, values.Length / width, width], values));
    }

    private void CopyLayer(string from, string to)
    {
        Copy(from + ".weight", to + ".weight");
        Copy(from + ".bias", to + ".bias");
    }

    private void Copy(string from, string to)
    {
        if (Find(from) is { } tensor)
            _translated.Add(Renamed(tensor, to));
    }

    /// <summary>Puts the rows of several tensors below each other.</summary>
    private void Join(IReadOnlyList<string> from, string to)
    {
        if (from.Count == 1)
        {
            Copy(from[0], to);
            return;
        }

        WeightTensor?[] found = [.. from.Select(Find)];
        if (found.Any(part => part is null))
            return;

        WeightTensor[] parts = [.. found.OfType<WeightTensor>()];
        WeightTensor? other = parts.FirstOrDefault(part =>
            part.Shape.Length == 0
            || part.Shape.Length != parts[0].Shape.Length
            || !part.Shape[1..].SequenceEqual(parts[0].Shape[1..]));
        if (other is not null)
        {
            _mismatched.Add($"{other.Name} {WeightTensor.Describe(other.Shape)}, expected the shape of {parts[0].Name}");
            return;
        }

        long[] shape = [parts.Sum(part => part.Shape[0]), .. parts[0].Shape[1..]];
        _translated.Add(WeightTensor.Create(to, shape, [.. parts.SelectMany(part => part.ToArray())]));
    }

    private WeightTensor? Find(string name)
    {
        string full = _prefix + name;
        if (!_weights.TryGet(full, out WeightTensor? tensor))
        {
            _missing.Add(full);
            return null;
        }

        _used.Add(full);
        if (tensor.DType.IsModelWeight() && tensor.ElementCount > 0)
            return tensor;

        _mismatched.Add($"{full} {tensor.DType} {WeightTensor.Describe(tensor.Shape)}, expected Float32, Float16 or BFloat16, not empty");
        return null;
    }

    private static WeightTensor Renamed(WeightTensor tensor, string name) => new(name, tensor.DType, tensor.Shape, tensor.Data);
}
