using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Training;

/// <summary>Selects the parameters of a classifier that a run trains, and the learning rate of each layer.</summary>
internal static class TrainedWeights
{
    private const string BlockPrefix = ClassifierNetwork.BackbonePrefix + "transformer.blocks.";
    private const string FinalNormPrefix = ClassifierNetwork.BackbonePrefix + StandardVitLayout.FinalNorm + ".";

    /// <summary>Unfreezes the parameters that are trained, and freezes all others.</summary>
    public static IReadOnlyList<(string Name, Parameter Parameter)> Select(ClassifierNetwork network, FineTuningOptions options)
    {
        var adapters = LowRankAdapters.Parameters(network.Backbone).ToHashSet();
        int depth = network.Backbone.Architecture.Depth;
        bool IsTrained(string name, Parameter parameter) => IsHead(name) || options.Scope switch
        {
            FineTuningScope.Full => true,
            FineTuningScope.LowRankAdapters => adapters.Contains(parameter),
            FineTuningScope.LastBlocks => BlockOf(name, depth) >= Math.Max(0, depth - options.LastBlocks),
            _ => false,
        };
        foreach ((string name, Parameter parameter) in network.named_parameters())
            parameter.requires_grad = IsTrained(name, parameter);

        return [.. network.named_parameters().Where(entry => entry.parameter.requires_grad)];
    }

    /// <summary>The factor of a parameter's learning rate: 1 for the head, then less with each layer towards the images.</summary>
    public static double RateOf(string name, ScottArchitecture architecture, FineTuningOptions options) =>
        IsHead(name) || options.Scope == FineTuningScope.LowRankAdapters ? 1
        : Math.Pow(options.LayerDecay, architecture.Depth - 1 - BlockOf(name, architecture.Depth));

    private static bool IsHead(string name) => name.StartsWith(ClassifierNetwork.HeadPrefix, StringComparison.Ordinal);

    /// <summary>The block that a parameter belongs to, from 0; −1 for tokenizer and embeddings, which come before the blocks. The final norm of a
    /// standard ViT belongs to the last block.</summary>
    private static int BlockOf(string name, int depth)
    {
        if (name.StartsWith(FinalNormPrefix, StringComparison.Ordinal))
            return depth - 1;

        if (!name.StartsWith(BlockPrefix, StringComparison.Ordinal))
            return -1;

        string rest = name[BlockPrefix.Length..];
        return int.Parse(rest[..rest.IndexOf('.', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }
}
