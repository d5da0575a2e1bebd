namespace Scott.Models.Inference;

/// <summary>The transformer blocks on one image's tokens. A thread takes some rows through a whole block; only keys and values are shared.</summary>
/// <remarks>Queries, keys and values are kept twice, in turn, so that the next block's can be written while others still read this block's.</remarks>
internal sealed unsafe class ManagedBlocks<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly ManagedWeights _weights;
    private readonly AlignedFloats[] _projected; // 2 × [T, 3·D]
    private readonly AlignedFloats[] _keys; // 2 × [H, panels, D/H, P]
    private readonly int _tokens;
    private readonly int _width;
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly float _scale;

    public ManagedBlocks(ManagedWeights weights)
    {
        ScottArchitecture architecture = weights.Architecture;
        (_weights, _tokens, _width) = (weights, architecture.Tokens, architecture.EmbeddingWidth);
        (_heads, _headWidth) = (architecture.Heads, _width / architecture.Heads);
        _scale = (float)Math.Pow(_headWidth, -0.5);

        // The last head's panel of values may end behind the last row.
        _projected = [.. Enumerable.Range(0, 2).Select(_ => new AlignedFloats(((long)_tokens * 3 * _width) + PanelWidth))];
        _keys = [.. Enumerable.Range(0, 2).Select(_ => new AlignedFloats(_heads * HeadKeys))];
        Tokens = new AlignedFloats((long)_tokens * _width);
    }

    /// <summary>[T, D].</summary>
    public AlignedFloats Tokens { get; }

    private static int PanelWidth => MatrixKernel<TLanes, TVector>.PanelWidth;

    /// <summary>The numbers of one head's keys.</summary>
    private long HeadKeys => (long)(_tokens + PanelWidth - 1) / PanelWidth * PanelWidth * _headWidth;

    private float* Row(int row) => Tokens.Pointer + ((nint)row * _width);

    /// <summary>Computes some rows' queries, keys and values of a block.</summary>
    public void Project(int block, (int First, int End) rows, RowScratch<TLanes, TVector> scratch)
    {
        BlockWeights weights = _weights.Blocks[block];
        float* projected = _projected[block % 2].Pointer;
        int stride = 3 * _width;
        for (int first = rows.First; first < rows.End; first += RowScratch<TLanes, TVector>.GroupRows)
        {
            int count = Math.Min(RowScratch<TLanes, TVector>.GroupRows, rows.End - first);
            for (int row = 0; row < count; row++)
                RowKernels<TLanes, TVector>.Norm(Row(first + row), scratch.Narrow + ((nint)row * _width), _width, weights.FirstNorm);

            var target = new ProductTarget(projected + ((nint)first * stride), stride);
            scratch.Multiply(scratch.Narrow, _width, count, weights.QueriesKeysValues, target);
        }

        PackKeys(block, rows);
    }

    /// <summary>Takes some rows through a block's attention and feed-forward layer.</summary>
    /// <param name="block">The block, from 0. All rows are projected.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="attention">Receives the attention weights, [H, T, T]; empty if they are not needed.</param>
    /// <param name="scratch">The thread's memory.</param>
    public void Advance(int block, (int First, int End) rows, Span<float> attention, RowScratch<TLanes, TVector> scratch)
    {
        BlockWeights weights = _weights.Blocks[block];
        for (int first = rows.First; first < rows.End; first += RowScratch<TLanes, TVector>.GroupRows)
        {
            int count = Math.Min(RowScratch<TLanes, TVector>.GroupRows, rows.End - first);
            for (int done = 0; done < count; done += RowScratch<TLanes, TVector>.QueryRows)
                Attend(block, (first + done, Math.Min(RowScratch<TLanes, TVector>.QueryRows, count - done)), done, attention, scratch);

            ProductTarget AddTo(AlignedFloats? scale) => new(Row(first), _width, ProductFinish.Add, scale is null ? null : scale.Pointer);
            scratch.Multiply(scratch.Narrow, _width, count, weights.Projection, AddTo(weights.FirstScale));

            // In the paper's block the norm replaces the tokens; in a standard ViT it is only what the layer reads.
            bool replaces = _weights.Architecture.StandardVit is null;
            float* normed = replaces ? Row(first) : scratch.Narrow;
            for (int row = 0; row < count; row++)
                RowKernels<TLanes, TVector>.Norm(Row(first + row), normed + ((nint)row * _width), _width, weights.SecondNorm);

            int hidden = weights.Hidden.Columns;
            ProductFinish activation = _weights.Architecture.FeedForward == FeedForwardKind.SwiGlu ? ProductFinish.Gate : ProductFinish.Gelu;
            scratch.Multiply(normed, _width, count, weights.Hidden, new ProductTarget(scratch.Wide, hidden, activation));
            scratch.Multiply(scratch.Wide, hidden, count, weights.Last, AddTo(weights.SecondScale));
        }
    }

    /// <summary>Makes columns of the keys of some rows, as the kernel reads them.</summary>
    private void PackKeys(int block, (int First, int End) rows)
    {
        float* keys = _keys[block % 2].Pointer;
        for (int row = rows.First; row < rows.End; row++)
        {
            float* source = _projected[block % 2].Pointer + ((((nint)row * 3) + 1) * _width);
            for (int head = 0; head < _heads; head++, source += _headWidth)
            {
                nint panel = (nint)(row / PanelWidth) * _headWidth * PanelWidth;
                float* column = keys + (nint)(head * HeadKeys) + panel + (row % PanelWidth);
                for (int i = 0; i < _headWidth; i++)
                    column[(nint)i * PanelWidth] = source[i];
            }
        }
    }

    /// <summary>The attention of up to 24 rows in all heads, written to the narrow buffer.</summary>
    private void Attend(int block, (int First, int Count) rows, int at, Span<float> attention, RowScratch<TLanes, TVector> scratch)
    {
        float* projected = _projected[block % 2].Pointer;
        nint stride = 3 * _width;
        for (int head = 0; head < _heads; head++)
        {
            float* queries = projected + (rows.First * stride) + (head * _headWidth);
            float* keys = _keys[block % 2].Pointer + (nint)(head * HeadKeys);
            var scores = new ProductTarget(scratch.Scores, scratch.ScoreStride);
            MatrixProduct<TLanes, TVector>.Multiply(
                scratch.Rows(queries, stride, rows.Count, _headWidth), keys, (nint)_headWidth * PanelWidth, PanelWidth, _tokens,
                scratch.Zeros, scores, scratch.Tiles);
            for (int row = 0; row < rows.Count; row++)
            {
                float* weights = scratch.Scores + ((nint)row * scratch.ScoreStride);
                RowKernels<TLanes, TVector>.Softmax(weights, _tokens, _scale);
                if (!attention.IsEmpty)
                    new ReadOnlySpan<float>(weights, _tokens).CopyTo(attention[(((head * _tokens) + rows.First + row) * _tokens)..]);
            }

            float* values = projected + (2 * _width) + (head * _headWidth);
            var attended = new ProductTarget(scratch.Narrow + ((nint)at * _width) + (head * _headWidth), _width);
            MatrixProduct<TLanes, TVector>.Multiply(
                scratch.Rows(scratch.Scores, scratch.ScoreStride, rows.Count, _tokens), values, PanelWidth, stride, _headWidth,
                scratch.Zeros, attended, scratch.Tiles);
        }
    }
}
