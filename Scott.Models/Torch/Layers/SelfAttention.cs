using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Multi-head self-attention: one projection to queries, keys and values, and an output projection.</summary>
/// <remarks>Reference: <c>Attention</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class SelfAttention(
    int width, int heads, double attentionDropoutRate, double dropoutRate, bool hasQueryKeyValueBias = false, bool hasBias = false)
    : Layer(nameof(SelfAttention))
{
    [ComponentName(Name = "qkv")] private readonly LinearProjection _qkv = new(width, 3 * width, hasQueryKeyValueBias);
    [ComponentName(Name = "proj")] private readonly LinearProjection _projection = new(width, width, hasBias);

    /// <summary>The pass step by step, and the attention weights after softmax, [B, H, N, N]; in evaluation mode each row sums to 1.</summary>
    public (Tensor Output, Tensor Attention) ForwardWithAttention(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor query, Tensor key, Tensor value) = Split(input);
        Tensor scores = query.Times(Math.Pow(query.shape[^1], -0.5)).matmul(key.transpose(-2, -1)); // [B, H, N, N]
        Tensor attention = nn.functional.dropout(scores.softmax(-1), attentionDropoutRate, training);
        return (Merge(attention.matmul(value)).MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    /// <summary>[B, N, D] → [B, N, D], by torch's fused attention; but not in bfloat16 on the CPU, where its backward pass is slower.</summary>
    protected override Tensor Compute(Tensor input)
    {
        if (input.dtype == ScalarType.BFloat16 && input.device_type == DeviceType.CPU)
            return ForwardWithAttention(input).Output;

        (Tensor query, Tensor key, Tensor value) = Split(input);
        return Merge(nn.functional.scaled_dot_product_attention(query, key, value, p: training ? attentionDropoutRate : 0));
    }

    private (Tensor Query, Tensor Key, Tensor Value) Split(Tensor input)
    {
        // The backward pass of unbind writes the three gradients into one tensor; that of select would make a tensor for each, and add them.
        Tensor[] projected = _qkv.call(input)
            .view(input.shape[0], input.shape[1], 3, heads, -1) // [B, N, 3, H, D/H]
            .permute(2, 0, 3, 1, 4) // [3, B, H, N, D/H]
            .unbind(0);
        return (projected[0], projected[1], projected[2]);
    }

    /// <summary>[B, H, N, D/H] → [B, N, D].</summary>
    private Tensor Merge(Tensor attended) =>
        nn.functional.dropout(_projection.call(attended.transpose(1, 2).flatten(2)), dropoutRate, training);
}
