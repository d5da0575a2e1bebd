using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Images that lie uncompressed in a file's bytes, each of the same size; they become <see cref="RgbImage"/>s when they are asked for.</summary>
/// <param name="file">The file's path.</param>
/// <param name="bytes">All of its bytes.</param>
/// <param name="shape">Where the images lie in them.</param>
/// <param name="labels">The images' classes.</param>
/// <param name="classNames">The classes' names.</param>
internal sealed class RawImages(string file, byte[] bytes, RawImageShape shape, int[] labels, IReadOnlyList<string> classNames) : IImageDataset
{
    public string Name => file;

    public int Count => labels.Length;

    public IReadOnlyList<string> ClassNames => classNames;

    public string NameOf(int index)
    {
        Check(index);
        return FormattableString.Invariant($"{file}#{index}");
    }

    public string RelativeNameOf(int index)
    {
        Check(index);
        return FormattableString.Invariant($"{Path.GetFileName(file)}#{index}");
    }

    public ImageSource SourceOf(int index)
    {
        Check(index);
        ReadOnlySpan<byte> pixels = bytes.AsSpan(shape.Offset + (index * shape.Stride), shape.ImageBytes);
        RgbImage image = shape.IsPlanar
            ? RgbImage.FromPixels(Interleave(pixels), shape.Width, shape.Height, PixelLayout.Rgb24)
            : RgbImage.FromPixels(pixels, shape.Width, shape.Height, PixelLayout.Gray8);
        return ImageSource.FromImage(image, NameOf(index));
    }

    public int? LabelOf(int index)
    {
        Check(index);
        return labels[index];
    }

    private static byte[] Interleave(ReadOnlySpan<byte> planes)
    {
        byte[] pixels = new byte[planes.Length];
        int plane = planes.Length / 3;
        for (int i = 0; i < plane; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (planes[i], planes[plane + i], planes[(2 * plane) + i]);
        }

        return pixels;
    }

    private void Check(int index) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
}
