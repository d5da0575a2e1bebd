using System.Numerics.Tensors;

namespace Scott.Models.Inference;

/// <summary>One image's attention weights in the last block: for each head, how much each token attends to each token. Immutable.</summary>
public sealed class AttentionMaps
{
    internal AttentionMaps(ScottArchitecture architecture, float[] values) => (Heads, HasClassToken, RegisterTokens, GridRows, GridColumns, Values) =
        (architecture.Heads, architecture.HasClassToken, architecture.RegisterTokens, architecture.GridRows, architecture.GridColumns, values);

    /// <summary>H: the number of attention heads.</summary>
    public int Heads { get; }

    /// <summary>Whether a class token stands first on both axes.</summary>
    public bool HasClassToken { get; }

    /// <summary>R: the register tokens, which stand before the patches on both axes.</summary>
    public int RegisterTokens { get; }

    /// <summary>The rows of the patch grid.</summary>
    public int GridRows { get; }

    /// <summary>The columns of the patch grid. Patches are row-major.</summary>
    public int GridColumns { get; }

    /// <summary>[H, T, T]: head, attending token (query), attended token (key), where T counts the class token, the registers and the patches. In
    /// [0, 1]; each row sums to 1.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>Computes how much attention each patch receives, as the mean over all heads: from the class token if there is one, otherwise as the
    /// mean over all attending patches.</summary>
    /// <returns>A number for each patch, at least 0, row-major. They sum to at most 1.</returns>
    /// <remarks>The class token's attention is what Caron et al. show in the DINO paper (arXiv 2104.14294, figure 1).</remarks>
    public float[] ReceivedByPatch()
    {
        int patches = GridRows * GridColumns;
        int prefix = (HasClassToken ? 1 : 0) + RegisterTokens;
        int tokens = prefix + patches;
        (int firstRow, int rows) = HasClassToken ? (0, 1) : (prefix, patches);
        float[] received = new float[patches];
        ReadOnlySpan<float> values = Values.Span;
        for (int head = 0; head < Heads; head++)
        {
            for (int row = firstRow; row < firstRow + rows; row++)
                TensorPrimitives.Add(received, values.Slice((((head * tokens) + row) * tokens) + prefix, patches), received);
        }

        TensorPrimitives.Multiply(received, 1f / (Heads * rows), received);
        return received;
    }
}
