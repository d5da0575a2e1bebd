namespace Scott.Models.Inference;

/// <summary>One image's attention weights in the last block: for each head, how much each token looks at each other. Immutable.</summary>
public sealed class AttentionMaps
{
    internal AttentionMaps(int heads, int registerTokens, int gridSide, float[] values)
    {
        Heads = heads;
        RegisterTokens = registerTokens;
        GridSide = gridSide;
        Values = values;
    }

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>R: the register tokens, which stand before the patches on both axes.</summary>
    public int RegisterTokens { get; }

    /// <summary>G: there are G·G patches, row-major.</summary>
    public int GridSide { get; }

    /// <summary>[H, R+G·G, R+G·G]: head, looking token, token looked at. In [0, 1]; each row sums to 1.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>
    /// How much attention each patch receives: the mean over heads and over all patches that look. G·G numbers that sum to at most 1.
    /// </summary>
    /// <remarks>The model has no class token to look from; what all patches look at together stands in for it.</remarks>
    public float[] ReceivedByPatch()
    {
        int tokens = RegisterTokens + (GridSide * GridSide);
        int patches = GridSide * GridSide;
        float[] received = new float[patches];
        ReadOnlySpan<float> values = Values.Span;
        for (int head = 0; head < Heads; head++)
        {
            for (int from = RegisterTokens; from < tokens; from++)
            {
                ReadOnlySpan<float> row = values.Slice((((head * tokens) + from) * tokens) + RegisterTokens, patches);
                System.Numerics.Tensors.TensorPrimitives.Add(received, row, received);
            }
        }

        System.Numerics.Tensors.TensorPrimitives.Multiply(received, 1f / (Heads * patches), received);
        return received;
    }
}
