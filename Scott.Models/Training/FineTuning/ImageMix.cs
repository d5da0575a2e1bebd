using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Mixup and CutMix: mixes each image of a batch, and its label, with the image at the same place from the batch's end.</summary>
/// <remarks>Each α is in [0, 1]; 0 turns that method off.</remarks>
internal sealed class ImageMix(double mixupAlpha, double cutmixAlpha)
{
    /// <summary>Images [B, 3, H, W] and labels [B, C] → the same, mixed or unchanged. In the caller's dispose scope.</summary>
    public (Tensor Images, Tensor Labels) Apply(Tensor images, Tensor labels, DeterministicRandom random)
    {
        if (mixupAlpha <= 0 && cutmixAlpha <= 0)
            return (images, labels);

        bool isCutmix = cutmixAlpha > 0 && (mixupAlpha <= 0 || random.NextDouble() < 0.5);
        double share = DrawBeta(isCutmix ? cutmixAlpha : mixupAlpha, random);
        using DisposeScope scope = NewDisposeScope();
        Tensor others = images.flip(0);
        (Tensor mixed, share) = isCutmix ? Paste(images, others, share, random) : (images.Times(share).Plus(others.Times(1 - share)), share);
        Tensor mixedLabels = labels.Times(share).Plus(labels.flip(0).Times(1 - share));
        return (mixed.MoveToOuterDisposeScope(), mixedLabels.MoveToOuterDisposeScope());
    }

    /// <summary>Draws from Beta(α, α) (Jöhnk, 1964); fast for α up to 1, where few draws are rejected.</summary>
    public static double DrawBeta(double alpha, DeterministicRandom random)
    {
        while (true)
        {
            (double one, double other) = (random.NextDouble(), random.NextDouble());
            (double first, double second) = (Math.Pow(one, 1 / alpha), Math.Pow(other, 1 / alpha));
            if (first + second is > 0 and <= 1)
                return first / (first + second);

            // With a small α both powers may be too small for a double. Their quotient, from logarithms, says the same.
            double quotient = Math.Exp((Math.Log(other) - Math.Log(one)) / alpha);
            if (first + second == 0 && !double.IsNaN(quotient))
                return 1 / (1 + quotient);
        }
    }

    /// <summary>Copies of the images, each with a rectangle of another image, and the share of each image that remains.</summary>
    private static (Tensor Mixed, double Share) Paste(Tensor images, Tensor others, double share, DeterministicRandom random)
    {
        Tensor mixed = images.clone();
        (int height, int width) = ((int)images.shape[2], (int)images.shape[3]);
        double cut = Math.Sqrt(1 - share);
        (int left, int right) = Span(width * cut, width, random);
        (int top, int bottom) = Span(height * cut, height, random);
        if (right > left && bottom > top)
        {
            Tensor Part(Tensor whole) => whole.narrow(2, top, bottom - top).narrow(3, left, right - left);
            Part(mixed).copy_(Part(others));
        }

        return (mixed, 1 - ((double)(right - left) * (bottom - top) / ((double)height * width)));
    }

    /// <summary>An interval around a random middle, cut off at the edges.</summary>
    private static (int From, int To) Span(double length, int side, DeterministicRandom random)
    {
        int middle = random.NextInt32(side);
        return (Math.Clamp(middle - (int)(length / 2), 0, side), Math.Clamp(middle + (int)(length / 2), 0, side));
    }
}
