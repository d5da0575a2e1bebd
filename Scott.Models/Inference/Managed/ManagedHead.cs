using Scott.Models.Weights;

namespace Scott.Models.Inference;

/// <summary>The weights of a classifier's head, in the order in which the kernels read them. Immutable.</summary>
/// <remarks>
/// Every attentive head is the same computation with other weights: scores of each patch, a softmax over the patches, a weighted mean of values, and
/// a few layers. The same results as <c>Onnx/Layers/ClassifierHeadEmitter.cs</c>.
/// </remarks>
internal sealed class ManagedHeadWeights
{
    private const string CrossBlock = "attentive_pooler.cross_attn_block.";

    private readonly WeightSet _weights;
    private readonly int _panelWidth;

    public ManagedHeadWeights(ScottClassifier classifier, int panelWidth)
    {
        (_weights, _panelWidth, Kind) = (classifier.HeadWeights, panelWidth, classifier.Head);
        Architecture = classifier.Model.Architecture;
        switch (Kind)
        {
            case ClassifierHead.Linear:
                Logits = Linear("linear");
                break;
            case ClassifierHead.SimpleAttentive:
                (Scores, Logits) = (Linear("patch_importance.1"), Linear("global_2_logits"));
                break;
            case ClassifierHead.MultiHeadAttentive:
                (Scores, Values, ValuesNorm) = (Linear("patch_importance.1"), Linear("head_projectors.1"), Norm("head_projectors.2"));
                (Hidden, HiddenNorm, Logits) = (Linear("global_2_logits.1"), Norm("global_2_logits.2"), Linear("global_2_logits.4"));
                break;
            case ClassifierHead.CrossAttentive:
                TokensNorm = Norm(CrossBlock + "pre_norm");
                Query = NormWeights.Place(_weights["attentive_pooler.query_tokens"]);
                Scores = PackedMatrix.Of(QueryScores(), HeadLayout.AttentionHeads, panelWidth);
                Values = PackedMatrix.Of(KeysOrValues(1), Architecture.EmbeddingWidth, panelWidth);
                (Projection, HiddenNorm) = (Linear(CrossBlock + "cross_attn.proj"), Norm(CrossBlock + "norm"));
                Hidden = PackedMatrix.Gated(_weights, CrossBlock + "ffn_layer.w12", panelWidth);
                (Last, LastNorm, Logits) = (Linear(CrossBlock + "ffn_layer.last_linear"), Norm("norm"), Linear("linear"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(classifier), Kind, "Expected one of ClassifierHead.");
        }
    }

    public ClassifierHead Kind { get; }
    public ScottArchitecture Architecture { get; }
    public NormWeights? TokensNorm { get; }
    /// <summary>[1 or H, D]: the scores of each patch.</summary>
    public PackedMatrix? Scores { get; }
    /// <summary>[D, D]: what the scores weigh; the tokens themselves if it is missing.</summary>
    public PackedMatrix? Values { get; }
    public NormWeights? ValuesNorm { get; }
    public AlignedFloats? Query { get; }
    public PackedMatrix? Projection { get; }
    public PackedMatrix? Hidden { get; }
    public NormWeights? HiddenNorm { get; }
    public PackedMatrix? Last { get; }
    public NormWeights? LastNorm { get; }
    public PackedMatrix Logits { get; }

    private PackedMatrix Linear(string name) => PackedMatrix.Linear(_weights, name, _panelWidth);

    private NormWeights Norm(string name) => NormWeights.Learned(_weights, name);

    /// <summary>The rows of the keys (0) or of the values (1), [D, D].</summary>
    private float[] KeysOrValues(int half)
    {
        float[] both = _weights[CrossBlock + "cross_attn.kv.weight"].ToArray();
        return both[(half * both.Length / 2)..((half + 1) * both.Length / 2)];
    }

    /// <summary>The learned query's products with the keys, as a matrix of the tokens: the query is the same for every image. [H, D].</summary>
    private float[] QueryScores()
    {
        int width = Architecture.EmbeddingWidth;
        int headWidth = width / HeadLayout.AttentionHeads;
        double scale = Math.Pow(headWidth, -0.5);
        float[] query = _weights["attentive_pooler.query_tokens"].ToArray();
        float[] projection = _weights[CrossBlock + "cross_attn.q.weight"].ToArray();
        float[] keys = KeysOrValues(0);
        double[] sums = new double[HeadLayout.AttentionHeads * width];
        for (int i = 0; i < width; i++)
        {
            double projected = 0;
            for (int k = 0; k < width; k++)
                projected += (double)query[k] * projection[(i * width) + k];

            for (int k = 0; k < width; k++)
                sums[(i / headWidth * width) + k] += scale * projected * keys[(i * width) + k];
        }

        return [.. sums.Select(sum => (float)sum)];
    }
}

/// <summary>Computes a head's logits of one image. For one thread at a time.</summary>
internal sealed unsafe class ManagedHead<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly ManagedHeadWeights _weights;
    private readonly RowScratch<TLanes, TVector> _scratch;
    private readonly AlignedFloats _logits;
    private readonly AlignedFloats _pooled;
    private readonly AlignedFloats _stream;
    private readonly AlignedFloats _tokens = new(0);
    private readonly AlignedFloats _values = new(0);
    private readonly AlignedFloats _scores = new(0);

    public ManagedHead(ManagedHeadWeights weights, RowScratch<TLanes, TVector> scratch)
    {
        (_weights, _scratch) = (weights, scratch);
        (int patches, int width) = (weights.Architecture.Patches, weights.Architecture.EmbeddingWidth);
        _logits = new AlignedFloats(weights.Logits.Columns);
        (_pooled, _stream) = (new AlignedFloats(width), new AlignedFloats(Math.Max(width, weights.Hidden?.Columns ?? 0)));
        if (weights.Scores is null)
            return;

        _scores = new AlignedFloats((weights.Scores.Columns + 1) * (long)(patches + RowKernels<TLanes, TVector>.Sums));
        if (weights.TokensNorm is not null)
            _tokens = new AlignedFloats((long)patches * width);

        if (weights.Values is not null)
            _values = new AlignedFloats((long)patches * width);
    }

    public ClassifierHead Kind => _weights.Kind;

    private int Width => _weights.Architecture.EmbeddingWidth;

    /// <summary>Computes the logits of normalized tokens, or, for the linear head, of the image's vector.</summary>
    public void Compute(float* input, int patches, Span<float> logits)
    {
        float* features = Kind == ClassifierHead.Linear ? input : Read(input, patches);
        Layer(features, _weights.Logits, _logits.Pointer);
        _logits.Span.CopyTo(logits);
    }

    private float* Read(float* tokens, int patches)
    {
        PoolTokens(tokens, patches);
        float* pooled = _pooled.Pointer;
        float* stream = _stream.Pointer;
        if (Kind == ClassifierHead.MultiHeadAttentive)
        {
            RowKernels<TLanes, TVector>.Silu(pooled, Width);
            Layer(pooled, _weights.Hidden!, stream);
            RowKernels<TLanes, TVector>.Norm(stream, pooled, Width, _weights.HiddenNorm!);
            RowKernels<TLanes, TVector>.Silu(pooled, Width);
        }
        else if (Kind == ClassifierHead.CrossAttentive)
        {
            _weights.Query!.Span.CopyTo(_stream.Span);
            Layer(pooled, _weights.Projection!, stream, ProductFinish.Add);
            RowKernels<TLanes, TVector>.Norm(stream, pooled, Width, _weights.HiddenNorm!);
            Layer(pooled, _weights.Hidden!, stream, ProductFinish.Gate);
            Layer(stream, _weights.Last!, pooled, ProductFinish.Add);
            RowKernels<TLanes, TVector>.Norm(pooled, pooled, Width, _weights.LastNorm!);
        }

        return pooled;
    }

    /// <summary>The mean of the values, weighted by the softmax of their scores, for each head's part of the width.</summary>
    private void PoolTokens(float* tokens, int patches)
    {
        if (_weights.TokensNorm is { } norm)
            tokens = NormRows(tokens, _tokens.Pointer, patches, norm);

        float* values = tokens;
        if (_weights.Values is { } matrix)
        {
            values = _values.Pointer;
            _scratch.Multiply(tokens, Width, patches, matrix, new ProductTarget(values, Width));
            if (_weights.ValuesNorm is { } valuesNorm)
                NormRows(values, values, patches, valuesNorm);
        }

        int heads = _weights.Scores!.Columns;
        int headWidth = Width / heads;
        float* scores = _scores.Pointer;
        float* importance = scores + ((nint)heads * patches);
        _scratch.Multiply(tokens, Width, patches, _weights.Scores, new ProductTarget(scores, heads));
        _pooled.Span.Clear();
        for (int head = 0; head < heads; head++)
        {
            for (int patch = 0; patch < patches; patch++)
                importance[patch] = scores[((nint)patch * heads) + head];

            RowKernels<TLanes, TVector>.Softmax(importance, patches, 1);
            nint first = head * headWidth;
            for (int patch = 0; patch < patches; patch++)
                RowKernels<TLanes, TVector>.AddScaled(values + ((nint)patch * Width) + first, importance[patch], _pooled.Pointer + first, headWidth);
        }
    }

    private float* NormRows(float* source, float* destination, int rows, NormWeights norm)
    {
        for (int row = 0; row < rows; row++)
            RowKernels<TLanes, TVector>.Norm(source + ((nint)row * Width), destination + ((nint)row * Width), Width, norm);

        return destination;
    }

    private void Layer(float* input, PackedMatrix matrix, float* output, ProductFinish finish = ProductFinish.Store) =>
        _scratch.Multiply(input, matrix.Inputs, 1, matrix, new ProductTarget(output, matrix.Columns, finish));
}
