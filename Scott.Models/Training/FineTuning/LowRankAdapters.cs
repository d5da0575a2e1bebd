using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Adds low-rank adapters to the attention projections of a backbone, and merges them into its weights.</summary>
/// <remarks>Hu et al., "LoRA", 2021, section 4.1: W + α/r · up · down, where <c>up</c> starts at zero.</remarks>
internal static class LowRankAdapters
{
    private static readonly string[] Adapted = ["self_attn.qkv", "self_attn.proj"];

    /// <summary>Adds adapters. Their parameters become the module's.</summary>
    public static void Attach(nn.Module backbone, int rank, double alpha, long seed)
    {
        foreach ((string name, LinearProjection layer) in Layers(backbone))
        {
            (string down, string up) = (name + LinearProjection.DownSuffix, name + LinearProjection.UpSuffix);
            WeightSpec[] specs =
                [new(down, [rank, layer.Inputs], WeightFills.Uniform(layer.Inputs)), new(up, [layer.Outputs, rank], WeightFills.Constant(0))];
            layer.Adapt(WeightSpec.Initialize(specs, seed)[down].ToArray(), rank, alpha / rank);
        }
    }

    public static IEnumerable<Parameter> Parameters(nn.Module backbone) => Layers(backbone).SelectMany(entry => entry.Layer.AdapterParameters);

    /// <summary>The weights of the backbone with the adapters merged into them.</summary>
    public static WeightSet Merge(nn.Module backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> merged = Layers(backbone)
            .Where(entry => entry.Layer.HasAdapter)
            .ToDictionary(entry => entry.Name + ".weight", entry => entry.Layer.MergedWeight().cpu().contiguous(), StringComparer.Ordinal);
        bool IsAdapter(string name) =>
            name.EndsWith(LinearProjection.DownSuffix, StringComparison.Ordinal)
            || name.EndsWith(LinearProjection.UpSuffix, StringComparison.Ordinal);
        return new WeightSet(
            from weight in ModuleWeights.Export(backbone)
            where !IsAdapter(weight.Name)
            select merged.TryGetValue(weight.Name, out Tensor? value)
                ? WeightTensor.Create(weight.Name, weight.Shape.ToArray(), value.data<float>().ToArray())
                : weight);
    }

    private static IEnumerable<(string Name, LinearProjection Layer)> Layers(nn.Module backbone) =>
        from entry in backbone.named_modules()
        where entry.module is LinearProjection && Adapted.Any(suffix => entry.name.EndsWith(suffix, StringComparison.Ordinal))
        select (entry.name, (LinearProjection)entry.module);
}
