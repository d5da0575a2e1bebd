using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>How far one image deviates from the normal ones, and where; or the error if there is no score. Immutable.</summary>
public sealed class AnomalyResult
{
    private readonly AnomalyKnowledge _knowledge;
    private readonly int _imagePixels;
    private readonly float[]? _patchScores;

    internal AnomalyResult(ImageEmbedding image, float[]? patchScores, PatchGrid grid, AnomalyKnowledge knowledge, int imagePixels)
    {
        (Index, Name, Error, GridRows, GridColumns) = (image.Index, image.Name, image.Error, grid.Rows, grid.Columns);
        (_patchScores, _knowledge, _imagePixels) = (patchScores, knowledge, imagePixels);
    }

    /// <summary>The image's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The image's path or name.</summary>
    public string Name { get; }

    /// <inheritdoc cref="ImageEmbedding.Error"/>
    public Exception? Error { get; }

    /// <summary>Whether there is a score.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <summary>The highest score of a patch. At least 0; comparable only with scores of the same detector.</summary>
    /// <remarks>PatchCore, section 3.3. Differs from the paper: not weighted by equation 7. Reference: <c>PatchMaker.score</c> of
    /// github.com/amazon-science/patchcore-inspection at commit 8a7748c, which does not weight it either.</remarks>
    /// <exception cref="InvalidOperationException">There is no result; the inner exception is <see cref="Error"/>.</exception>
    public float Score => TensorPrimitives.Max(PatchScores.Span);

    /// <summary>Whether the score is above <see cref="AnomalyDetector.Threshold"/>. A score that is not a number is, too.</summary>
    /// <remarks>An image for which the model computes numbers that are not finite has an <see cref="Error"/>. Do not take it for normal.</remarks>
    /// <exception cref="InvalidOperationException">There is no result; the inner exception is <see cref="Error"/>.</exception>
    public bool IsAnomalous => !(Score <= _knowledge.Threshold.Score);

    /// <summary>The rows of the patch grid, from the top.</summary>
    public int GridRows { get; }

    /// <summary>The columns of the patch grid, from the left.</summary>
    public int GridColumns { get; }

    /// <summary>[<see cref="GridRows"/>, <see cref="GridColumns"/>], row-major: the distance of each patch to normal ones, at least 0.</summary>
    /// <remarks>The grid covers the whole image, stretched to a square.</remarks>
    /// <exception cref="InvalidOperationException">There is no result; the inner exception is <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> PatchScores =>
        _patchScores ?? throw new InvalidOperationException($"'{Name}' has no score: {Error!.Message} Check IsSuccess first.", Error);

    /// <summary>The side of <see cref="ToPixelMap"/>: <see cref="AnomalyOptions.ImagePixels"/>.</summary>
    public int PixelMapSide => _imagePixels;

    /// <summary>The patch scores as a smooth map of pixels: interpolated bilinearly, then blurred by a Gaussian of σ = 4 pixels.</summary>
    /// <remarks>PatchCore, section 3.3.</remarks>
    /// <returns>[<see cref="PixelMapSide"/>, <see cref="PixelMapSide"/>], row-major, over the whole image stretched to a square.</returns>
    /// <exception cref="InvalidOperationException">There is no result; the inner exception is <see cref="Error"/>.</exception>
    public float[] ToPixelMap() => PixelMap.Smooth(PixelMap.Enlarge(PatchScores.Span, GridRows, GridColumns, _imagePixels), _imagePixels);

    /// <summary>Blends an image with a heat map: black for what is normal, red for the threshold, yellow for twice as far and more.</summary>
    /// <param name="image">The whole image, upright, of any size and shape: <c>ImageDecoder.DecodeAsync</c> returns it.</param>
    /// <param name="opacity">How much of the result is the map, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is not in [0, 1].</exception>
    /// <exception cref="InvalidOperationException">There is no result; the inner exception is <see cref="Error"/>.</exception>
    public RgbImage Draw(RgbImage image, float opacity = AttentionOverlay.DefaultOpacity)
    {
        ArgumentNullException.ThrowIfNull(image);
        float low = _knowledge.NormalPatchScore;
        float high = low + (2 * (_knowledge.Threshold.Score - low));
        RgbImage map = HeatMap.Gray(ToPixelMap(), _imagePixels, _imagePixels, low, high);
        return HeatMap.Blend(image, map.Resize(image.Width, image.Height, Interpolation.Bilinear), opacity);
    }
}
