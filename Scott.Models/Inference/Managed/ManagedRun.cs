namespace Scott.Models.Inference;

/// <summary>Computes one image at a time. Has its own memory, so that the hot path allocates nothing. For one caller at a time.</summary>
internal interface IManagedRun
{
    /// <summary>Computes one image of a batch with up to so many threads.</summary>
    void Compute(FeatureBatch batch, int slot, int threads);
}

/// <summary>A run for one width of registers.</summary>
internal sealed unsafe class ManagedRun<TLanes, TVector> : WorkTeam, IManagedRun
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly ManagedWeights _weights;
    private readonly FeatureLayout _layout;
    private readonly ManagedTokenizer<TLanes, TVector> _tokenizer;
    private readonly ManagedBlocks<TLanes, TVector> _blocks;
    private readonly ManagedHead<TLanes, TVector>? _head;
    /// <summary>One for each thread that has helped so far: in bulk runs, which have one thread, the others are never made.</summary>
    private readonly RowScratch<TLanes, TVector>?[] _scratch;
    private readonly AlignedFloats _normalized; // [T, D]
    private readonly AlignedFloats _vector;
    private FeatureBatch _batch = null!;
    private int _slot;

    public ManagedRun(ManagedWeights weights, ManagedHeadWeights? head, FeatureLayout layout, int threads)
        : this(weights, head, layout, threads, new ManagedTokenizer<TLanes, TVector>(weights)) { }

    private ManagedRun(
        ManagedWeights weights, ManagedHeadWeights? head, FeatureLayout layout, int threads, ManagedTokenizer<TLanes, TVector> tokenizer)
        : base(tokenizer.Phases + 1 + weights.Architecture.Depth)
    {
        (_weights, _layout, _tokenizer) = (weights, layout, tokenizer);
        _blocks = new ManagedBlocks<TLanes, TVector>(weights);
        _scratch = new RowScratch<TLanes, TVector>?[threads];
        _normalized = new AlignedFloats(_blocks.Tokens.Length);
        _vector = new AlignedFloats(layout.VectorWidth);
        _head = head is null ? null : new ManagedHead<TLanes, TVector>(head, _scratch[0] = new RowScratch<TLanes, TVector>(weights.Architecture));
    }

    private ScottArchitecture Architecture => _weights.Architecture;
    private float* Patches => _normalized.Pointer + (Architecture.PrefixTokens * Architecture.EmbeddingWidth);

    public void Compute(FeatureBatch batch, int slot, int threads)
    {
        (_batch, _slot) = (batch, slot);
        _weights.Prefix.Span.CopyTo(_blocks.Tokens.Span);
        WorkThrough(Math.Min(threads, _scratch.Length));
        Pool();
        Span<float> vector = batch.Vectors.AsSpan(slot * _layout.VectorWidth, _layout.VectorWidth);
        if (_head is not null)
        {
            float* input = _head.Kind == ClassifierHead.Linear ? _vector.Pointer : Patches;
            _head.Compute(input, Architecture.Patches, batch.Logits.AsSpan(slot * _layout.Classes, _layout.Classes));
        }

        if (_layout.HasUnitLength)
        {
            // As in the ONNX graph.
            const float ShortestLength = 1e-6f;
            float length = Math.Max(RowKernels<TLanes, TVector>.Length(_vector.Pointer, _vector.Length), ShortestLength);
            for (int i = 0; i < vector.Length; i++)
                vector[i] = _vector.Pointer[i] / length;
        }
        else
        {
            _vector.Span.CopyTo(vector);
        }

        _batch = null!;
    }

    protected override void Work(int phase, int chunk, int chunks, int member)
    {
        RowScratch<TLanes, TVector> scratch = _scratch[member] ??= new RowScratch<TLanes, TVector>(Architecture);
        if (phase < _tokenizer.Phases)
        {
            float* patches = _blocks.Tokens.Pointer + _weights.Prefix.Length;
            _tokenizer.Work(phase, chunk, chunks, _batch.Image(_slot).Span, patches, scratch);
            return;
        }

        // A thread continues its rows into the next block; all threads meet only before they read each other's keys and values.
        int next = phase - _tokenizer.Phases;
        (int First, int End) rows = ManagedTokenizer<TLanes, TVector>.Part(Architecture.Tokens, chunk, chunks);
        if (next > 0)
            Advance(next - 1, rows, scratch);

        if (next < Architecture.Depth)
            _blocks.Project(next, rows, scratch);
        else
            Finish(rows);
    }

    private void Advance(int block, (int First, int End) rows, RowScratch<TLanes, TVector> scratch)
    {
        Span<float> attention = _layout.HasAttention && block == Architecture.Depth - 1
            ? _batch.Attention.AsSpan(_slot * _layout.AttentionLength, _layout.AttentionLength)
            : default;
        _blocks.Advance(block, rows, attention, scratch);
        for (int i = 0; i < _layout.Blocks.Count; i++)
        {
            if (_layout.Blocks[i] == block)
                CopyPatches(_blocks.Tokens, rows, _batch.Blocks[i]);
        }
    }

    private void Finish((int First, int End) rows)
    {
        int width = Architecture.EmbeddingWidth;
        for (int row = rows.First; row < rows.End; row++)
        {
            nint at = (nint)row * width;
            RowKernels<TLanes, TVector>.Norm(_blocks.Tokens.Pointer + at, _normalized.Pointer + at, width, _weights.LastNorm);
        }

        if (_layout.HasTokens)
            CopyPatches(_layout.NormalizesTokens ? _normalized : _blocks.Tokens, rows, _batch.Tokens);
    }

    /// <summary>Copies the patch tokens among some rows to an output [B, N, D].</summary>
    private void CopyPatches(AlignedFloats tokens, (int First, int End) rows, float[] destination)
    {
        int width = Architecture.EmbeddingWidth;
        int first = Math.Max(rows.First, Architecture.PrefixTokens);
        if (first >= rows.End)
            return;

        Span<float> source = tokens.Span.Slice(first * width, (rows.End - first) * width);
        source.CopyTo(destination.AsSpan((_slot * _layout.TokensLength) + ((first - Architecture.PrefixTokens) * width)));
    }

    /// <summary>Makes the vector, not yet scaled, of the normalized tokens.</summary>
    private void Pool()
    {
        int width = Architecture.EmbeddingWidth;
        float* destination = _vector.Pointer;
        if (_layout.Pooling != EmbeddingPooling.PatchMean)
        {
            _normalized.Span[..width].CopyTo(_vector.Span);
            destination += width;
        }

        if (_layout.Pooling == EmbeddingPooling.ClassToken)
            return;

        var mean = new Span<float>(destination, width);
        mean.Clear();
        for (int patch = 0; patch < Architecture.Patches; patch++)
            RowKernels<TLanes, TVector>.AddScaled(Patches + ((nint)patch * width), 1, destination, width);

        for (int i = 0; i < width; i++)
            mean[i] /= Architecture.Patches;
    }
}
