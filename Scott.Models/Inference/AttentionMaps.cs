using System.Numerics.Tensors;

namespace Scott.Models.Inference;

/// <summary>One image's attention weights in the last block: for each head, how much each token attends to each token. Immutable.</summary>
public sealed class AttentionMaps
{
    internal AttentionMaps(ScottArchitecture architecture, float[] values) => (Heads, RegisterTokens, GridSide, Values) =
        (architecture.Heads, architecture.RegisterTokens, architecture.GridSide, values);

    /// <summary>H: the number of attention heads.</summary>
    public int Heads { get; }

    /// <summary>R: the register tokens, which stand before the patches on both axes.</summary>
    public int RegisterTokens { get; }

    /// <summary>G: there are G·G patches, row-major.</summary>
    public int GridSide { get; }

    /// <summary>[H, R+G·G, R+G·G]: head, attending token (query), attended token (key). In [0, 1]; each row sums to 1.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>Computes how much attention each patch receives: the mean over all heads and all attending patches.</summary>
    /// <returns>G·G numbers, at least 0, row-major, that sum to at most 1.</returns>
    /// <remarks>The model has no class token whose attention could be shown. The mean over all patches takes its place.</remarks>
    public float[] ReceivedByPatch()
    {
        int patches = GridSide * GridSide;
        int tokens = RegisterTokens + patches;
        float[] received = new float[patches];
        ReadOnlySpan<float> values = Values.Span;
        for (int row = 0; row < Heads * tokens; row++)
        {
            if (row % tokens >= RegisterTokens)
                TensorPrimitives.Add(received, values.Slice((row * tokens) + RegisterTokens, patches), received);
        }

        TensorPrimitives.Multiply(received, 1f / (Heads * patches), received);
        return received;
    }
}
