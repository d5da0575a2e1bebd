using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>
/// SCOTT backbone or predictor as the Python reference computes it: whole feature maps multiplied by masks, pools on plain NCHW, attention as
/// matmul, softmax, dropout, matmul. Of nothing of the package but weights, so that it stays what it is when the package gets faster.
/// </summary>
/// <remarks>Reference: <c>src/models/scott.py</c>, <c>transformer.py</c> and <c>predictor.py</c> at commit 8b6c6f9.</remarks>
internal sealed class ReferenceNetwork : IDisposable
{
    private const double NormEpsilon = 1e-5;
    private const string Positions = BackboneLayout.PositionName;

    private readonly ScottArchitecture _architecture;
    private readonly int _depth;
    private readonly bool _isTraining;
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <param name="architecture">With the SCOTT tokenizer, SwiGLU and no registers.</param>
    /// <param name="depth">The number of blocks.</param>
    /// <param name="weights">Of the backbone or the predictor.</param>
    /// <param name="isTraining">Whether it drops out and takes gradients.</param>
    public ReferenceNetwork(ScottArchitecture architecture, int depth, WeightSet weights, bool isTraining)
    {
        _architecture = architecture;
        _depth = depth;
        _isTraining = isTraining;
        foreach (WeightTensor weight in weights)
        {
            Tensor values = tensor(weight.ToArray(), weight.Shape);
            _tensors[weight.Name] = weight.Name == Positions ? values : nn.Parameter(values, requires_grad: isTraining);
        }

        Tensor row = tensor([0.25f, 0.5f, 0.25f]);
        Blur = row.outer(row);
    }

    public IEnumerable<(string Name, Parameter Parameter)> Parameters =>
        _tensors.Where(entry => entry.Value is Parameter).Select(entry => (entry.Key, (Parameter)entry.Value));

    private Tensor Blur { get; }

    /// <summary>Images [B, 3, S, S] and a keep-mask [B, N] or none → tokens [B, N, D].</summary>
    public Tensor Encode(Tensor images, Tensor? keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        int grid = _architecture.GridRows;
        Tensor? keep = keepMask?.view(-1, 1, grid, grid).to_type(images.dtype); // [B, 1, G, G]
        Tensor map = Masked(Convolve(Masked(images, keep), "tokenizer.tokenizer.0.weight"), keep).relu(); // [B, 64, S/2, S/2]
        map = Masked(MaxBlur(map), keep); // [B, 64, S/4, S/4]
        map = Masked(Convolve(map, "tokenizer.tokenizer.3.weight"), keep).relu(); // [B, D, S/8, S/8]
        Tensor tokens = Masked(MaxBlur(map), keep).flatten(2).transpose(1, 2); // [B, N, D]
        if (keepMask is not null)
            tokens = where(keepMask.to_type(ScalarType.Bool).unsqueeze(-1), tokens, _tensors["transformer.msk_embed"]);

        return Transform(tokens).MoveToOuterDisposeScope();
    }

    /// <summary>The context's tokens [B, N, D] → predicted tokens [B, N, D].</summary>
    public Tensor Predict(Tensor contextTokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stream = nn.functional.silu(Transform(contextTokens));
        stream = nn.functional.layer_norm(stream, [stream.shape[^1]], _tensors["head.1.weight"], _tensors["head.1.bias"], NormEpsilon);
        return nn.functional.linear(stream, _tensors["head.2.weight"], _tensors["head.2.bias"]).MoveToOuterDisposeScope();
    }

    public static Tensor Norm(Tensor input) => nn.functional.layer_norm(input, [input.shape[^1]], eps: NormEpsilon);

    public void Dispose()
    {
        Blur.Dispose();
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.grad?.Dispose();
            tensor.Dispose();
        }
    }

    private Tensor Transform(Tensor tokens)
    {
        Tensor stream = Dropout(tokens + _tensors[Positions], _architecture.DropoutRate);
        for (int block = 0; block < _depth; block++)
        {
            string name = $"transformer.blocks.{block}.";
            double rate = _depth == 1 ? 0 : _architecture.StochasticDepthRate * block / (_depth - 1);
            stream = Norm(stream + DropPath(Attend(Norm(stream), name + "self_attn."), rate));
            stream = stream + DropPath(FeedForward(stream, name + "ffn_layer."), rate);
        }

        return stream;
    }

    private Tensor Attend(Tensor input, string name)
    {
        Tensor[] parts = Linear(input, name + "qkv.weight")
            .reshape(input.shape[0], input.shape[1], 3, _architecture.Heads, -1)
            .permute(2, 0, 3, 1, 4) // [3, B, H, N, D/H]
            .unbind();
        Tensor scores = (parts[0] * Math.Pow(parts[0].shape[^1], -0.5)).matmul(parts[1].transpose(-2, -1)); // [B, H, N, N]
        Tensor attention = Dropout(scores.softmax(-1), _architecture.AttentionDropoutRate);
        Tensor joined = attention.matmul(parts[2]).transpose(1, 2).reshape(input.shape); // [B, N, D]
        return Dropout(Linear(joined, name + "proj.weight"), _architecture.DropoutRate);
    }

    private Tensor FeedForward(Tensor input, string name)
    {
        Tensor[] halves = Linear(input, name + "w12.weight").chunk(2, -1);
        return Linear(nn.functional.silu(halves[0]) * halves[1], name + "last_linear.weight");
    }

    private Tensor Linear(Tensor input, string name) => nn.functional.linear(input, _tensors[name]);

    private Tensor Convolve(Tensor map, string name) => nn.functional.conv2d(map, _tensors[name], strides: [2, 2], padding: [3, 3]);

    private Tensor Dropout(Tensor input, double rate) => nn.functional.dropout(input, rate, _isTraining);

    private Tensor DropPath(Tensor branch, double rate)
    {
        if (!_isTraining || rate == 0)
            return branch;

        Tensor isKept = empty(branch.shape[0], 1, 1).bernoulli_(1 - rate).div_(1 - rate);
        return branch * isKept;
    }

    private Tensor MaxBlur(Tensor map)
    {
        long channels = map.shape[1];
        Tensor pooled = nn.functional.max_pool2d(map, kernel_size: 2, stride: 1);
        return nn.functional.conv2d(pooled, Blur.expand(channels, 1, 3, 3), strides: [2, 2], padding: [1, 1], groups: channels);
    }

    private static Tensor Masked(Tensor map, Tensor? keep)
    {
        if (keep is null)
            return map;

        long factor = map.shape[^1] / keep.shape[^1];
        return map * keep.repeat_interleave(factor, 2).repeat_interleave(factor, 3);
    }
}
