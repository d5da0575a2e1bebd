namespace Scott.Models.Inference;

/// <summary>One image's way to patch tokens, in phases that threads share: the SCOTT tokenizer, or a patch projection.</summary>
internal sealed unsafe class ManagedTokenizer<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Kernel = BackboneLayout.TokenizerKernel;
    private const int Padding = Kernel / 2;
    private const int Channels = BackboneLayout.TokenizerChannels;

    private readonly ManagedWeights _weights;
    private readonly ScottArchitecture _architecture;
    private readonly bool _isScott;
    private readonly int _padding;
    private readonly AlignedFloats _image;
    private readonly AlignedFloats _firstMap = new(0);
    private readonly AlignedFloats _pooled = new(0);
    private readonly AlignedFloats _secondMap = new(0);

    public ManagedTokenizer(ManagedWeights weights)
    {
        (_weights, _architecture) = (weights, weights.Architecture);
        _isScott = _architecture.Tokenizer == TokenizerKind.Scott;
        _padding = _isScott ? Padding : 0;
        _image = new AlignedFloats((long)Padded(_architecture.ImageHeight) * Padded(_architecture.ImageWidth) * _architecture.Channels);
        if (!_isScott)
            return;

        _firstMap = new AlignedFloats(Area(2) * Channels);
        _pooled = new AlignedFloats((long)Padded(_architecture.ImageHeight / 4) * Padded(_architecture.ImageWidth / 4) * Channels);
        _secondMap = new AlignedFloats(Area(8) * _architecture.EmbeddingWidth);
    }

    public int Phases => _isScott ? 5 : 2;

    private int Width => _architecture.EmbeddingWidth;

    /// <summary>Computes a part of a phase. The last phase writes tokens with their positions: [N, D].</summary>
    public void Work(int phase, int chunk, int chunks, ReadOnlySpan<float> image, float* tokens, RowScratch<TLanes, TVector> scratch)
    {
        switch (phase)
        {
            case 0:
                Load(image, Part(_architecture.ImageHeight, chunk, chunks));
                break;
            case 1 when _isScott:
                Convolve(_image, _architecture.Channels, 2, _weights.Convolutions[0], _firstMap, Part((int)Area(2), chunk, chunks), scratch);
                break;
            case 1:
                Project(tokens, Part(_architecture.Patches, chunk, chunks), scratch);
                break;
            case 2:
                Pool(Part(_architecture.ImageHeight / 4, chunk, chunks));
                break;
            case 3:
                Convolve(_pooled, Channels, 8, _weights.Convolutions[1], _secondMap, Part((int)Area(8), chunk, chunks), scratch);
                break;
            default:
                PoolTokens(tokens, Part(_architecture.GridRows, chunk, chunks));
                break;
        }
    }

    /// <summary>The chunk's share of so many things.</summary>
    public static (int First, int End) Part(int count, int chunk, int chunks) =>
        ((int)((long)count * chunk / chunks), (int)((long)count * (chunk + 1) / chunks));

    private int Padded(int length) => length + (2 * _padding);

    /// <summary>The pixels of a map whose sides are those of the image, divided.</summary>
    private long Area(int divisor) => (long)(_architecture.ImageHeight / divisor) * (_architecture.ImageWidth / divisor);

    /// <summary>[C, H, W] → [H, W, C], padded. The padding stays 0.</summary>
    private void Load(ReadOnlySpan<float> image, (int First, int End) rows)
    {
        (int channels, int width) = (_architecture.Channels, _architecture.ImageWidth);
        for (int y = rows.First; y < rows.End; y++)
        {
            float* row = _image.Pointer + ((((nint)(y + _padding) * Padded(width)) + _padding) * channels);
            for (int channel = 0; channel < channels; channel++)
            {
                ReadOnlySpan<float> source = image.Slice(((channel * _architecture.ImageHeight) + y) * width, width);
                float* destination = row + channel;
                for (int x = 0; x < source.Length; x++, destination += channels)
                    *destination = source[x];
            }
        }
    }

    /// <summary>A convolution with stride 2, to a map whose sides are those of the image, divided; negative results become 0.</summary>
    private void Convolve(
        AlignedFloats source, int channels, int divisor, PackedMatrix matrix, AlignedFloats map, (int First, int End) range,
        RowScratch<TLanes, TVector> scratch)
    {
        int columns = _architecture.ImageWidth / divisor;
        var windows = new ConvolutionWindows(Kernel, 2, columns, channels, Padded(2 * columns) * channels);
        scratch.Convolve(source.Pointer, windows, range, matrix, new ProductTarget(map.Pointer, matrix.Columns, ProductFinish.Relu));
    }

    private void Pool((int First, int End) rows)
    {
        (int Height, int Width) size = (_architecture.ImageHeight / 2, _architecture.ImageWidth / 2);
        for (int y = rows.First; y < rows.End; y++)
        {
            float* row = _pooled.Pointer + ((((nint)(y + Padding) * Padded(size.Width / 2)) + Padding) * Channels);
            MaxBlurPool<TLanes, TVector>.Row(_firstMap.Pointer, size, Channels, y, row, null);
        }
    }

    private void PoolTokens(float* tokens, (int First, int End) rows)
    {
        (int Height, int Width) size = (_architecture.ImageHeight / 8, _architecture.ImageWidth / 8);
        for (int y = rows.First; y < rows.End; y++)
        {
            nint at = (nint)y * _architecture.GridColumns * Width;
            MaxBlurPool<TLanes, TVector>.Row(_secondMap.Pointer, size, Width, y, tokens + at, _weights.Positions.Pointer + at);
        }
    }

    /// <summary>The patch projection, added to the positions.</summary>
    private void Project(float* tokens, (int First, int End) range, RowScratch<TLanes, TVector> scratch)
    {
        int from = range.First * Width;
        int length = (range.End * Width) - from;
        _weights.Positions.Span.Slice(from, length).CopyTo(new Span<float>(tokens + from, length));
        int patch = _architecture.PatchPixels;
        var windows = new ConvolutionWindows(
            patch, patch, _architecture.GridColumns, _architecture.Channels, (nint)_architecture.ImageWidth * _architecture.Channels);
        scratch.Convolve(_image.Pointer, windows, range, _weights.Convolutions[0], new ProductTarget(tokens, Width, ProductFinish.Add));
    }
}
