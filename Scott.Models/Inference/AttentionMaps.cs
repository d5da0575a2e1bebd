using System.Numerics.Tensors;

namespace Scott.Models.Inference;

/// <summary>One image's attention weights in the last block: for each head, how much each token looks at each other. Immutable.</summary>
public sealed class AttentionMaps
{
    internal AttentionMaps(ScottArchitecture architecture, float[] values) => (Heads, RegisterTokens, GridSide, Values) =
        (architecture.Heads, architecture.RegisterTokens, architecture.GridSide, values);

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>R: the register tokens, which stand before the patches on both axes.</summary>
    public int RegisterTokens { get; }

    /// <summary>G: there are G·G patches, row-major.</summary>
    public int GridSide { get; }

    /// <summary>[H, R+G·G, R+G·G]: head, looking token, token looked at. In [0, 1]; each row sums to 1.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>How much attention each patch receives: the mean over heads and over all patches that look.</summary>
    /// <returns>G·G numbers that sum to at most 1.</returns>
    /// <remarks>The model has no class token to look from; what all patches look at together stands in for it.</remarks>
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
