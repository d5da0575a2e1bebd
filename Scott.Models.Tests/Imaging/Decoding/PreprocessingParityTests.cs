using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Scott.Models.Imaging;
using Scott.Models.Tests.Parity;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Imaging;

/// <summary>Compares with what Pillow 9.4 and torchvision 0.14 make of the same files.</summary>
public sealed partial class PreprocessingParityTests
{
    private const string Numbers = "preprocessing.safetensors";
    private const int JpegTolerance = 3;

    /// <summary>Folder, and name of the golden tensor.</summary>
    public static TheoryData<string, string> Evaluations => Tensors(EvaluationName());

    public static TheoryData<string, string> Normalizations => Tensors(NormalizationName());

    public static TheoryData<string, string> ResizedCrops => Tensors(ResizedCropName());

    public static TheoryData<string, string> Decodings => Tensors(DecodingName());

    public static TheoryData<string, string> JpegCorners => Tensors(JpegCornerName());

    [Theory]
    [MemberData(nameof(Evaluations))]
    public async Task PreprocessToBytes_OfPng_IsPillowsToTheByte(string folder, string name)
    {
        Match match = EvaluationName().Match(name);
        WeightTensor expected = Read(folder)[name];
        var preprocessor = new ImagePreprocessor(Spec(match));
        byte[] found = new byte[preprocessor.TensorLength];
        await preprocessor.PreprocessToBytesAsync(Image(folder, match.Groups["case"].Value, "png"), found);
        AssertPixels(expected, found, 0);
    }

    [Theory]
    [MemberData(nameof(Normalizations))]
    public async Task Preprocess_OfPng_IsTorchvisionsWithinOneMillionth(string folder, string name)
    {
        Match match = NormalizationName().Match(name);
        WeightTensor expected = Read(folder)[name];
        int corner = (int)expected.Shape[2], side = int.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture);
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(side));
        float[] found = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(Image(folder, match.Groups["case"].Value, "png"), found);
        float[] wanted = expected.ToArray();
        for (int i = 0; i < wanted.Length; i++)
        {
            int x = i % corner, y = i / corner % corner, channel = i / corner / corner;
            Assert.Equal(wanted[i], found[(((channel * side) + y) * side) + x], 1e-6f);
        }
    }

    [Theory]
    [MemberData(nameof(ResizedCrops))]
    public async Task CropThenResize_OfPng_IsTorchvisionsResizedCrop(string folder, string name)
    {
        Match match = ResizedCropName().Match(name);
        WeightSet numbers = Read(folder);
        // Top, left, height, width.
        long[] box = MemoryMarshal.Cast<byte, long>(numbers[$"{match.Groups["case"].Value}.resized_crop_box"].Data.Span).ToArray();
        int side = int.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture);
        RgbImage image = await ImageDecoder.DecodeAsync(Image(folder, match.Groups["case"].Value, "png"));
        RgbImage found = image.Crop((int)box[1], (int)box[0], (int)box[3], (int)box[2]).Resize(side, side, Filter(match));
        AssertPixels(numbers[name], found.Pixels.Span, 0);
    }

    [Theory]
    [MemberData(nameof(Decodings))]
    public async Task Decode_OfEveryKind_IsPillowsUprightRgb(string folder, string name)
    {
        // exif2.upright stands for exif-orientation-2.jpg, cmyk.rgb for cmyk.jpg.
        Match match = DecodingName().Match(name);
        string stem = match.Groups["orientation"] is { Success: true } orientation
            ? $"exif-orientation-{orientation.Value}"
            : match.Groups["case"].Value;
        string file = Assert.Single(Directory.EnumerateFiles(folder, stem + ".*"));
        RgbImage found = await ImageDecoder.DecodeAsync(ImageSource.FromFile(file));
        WeightTensor expected = Read(folder)[name];
        Assert.Equal((expected.Shape[1], expected.Shape[0]), (found.Width, found.Height));
        AssertPixels(expected, found.Pixels.Span, Path.GetExtension(file) == ".jpg" ? JpegTolerance : 0);
    }

    [Theory]
    [MemberData(nameof(JpegCorners))]
    public async Task Decode_OfJpeg_IsWithinThreeLevelsOfPillow(string folder, string name)
    {
        WeightTensor expected = Read(folder)[name];
        RgbImage image = await ImageDecoder.DecodeAsync(Image(folder, JpegCornerName().Match(name).Groups["case"].Value, "jpg"));
        RgbImage corner = image.Crop(0, 0, (int)expected.Shape[1], (int)expected.Shape[0]);
        AssertPixels(expected, corner.Pixels.Span, JpegTolerance);
    }

    private static void AssertPixels(WeightTensor expected, ReadOnlySpan<byte> found, int tolerance)
    {
        ReadOnlySpan<byte> wanted = expected.Data.Span;
        Assert.Equal(wanted.Length, found.Length);
        int largest = 0;
        for (int i = 0; i < wanted.Length; i++)
            largest = Math.Max(largest, Math.Abs(wanted[i] - found[i]));

        Assert.True(largest <= tolerance, $"{expected.Name}: a value is {largest} of 255 off; allowed {tolerance}");
    }

    private static PreprocessingSpec Spec(Match match) =>
        PreprocessingSpec.ForImage(int.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture)) with { Interpolation = Filter(match) };

    private static Interpolation Filter(Match match) => match.Groups["bicubic"].Success ? Interpolation.Bicubic : Interpolation.Bilinear;

    private static ImageSource Image(string folder, string name, string extension) =>
        ImageSource.FromFile(Assert.Single(Directory.EnumerateFiles(folder, $"{name}-*.{extension}")));

    private static WeightSet Read(string folder) => ParityCases.Read(Path.Combine(folder, Numbers)).Tensors;

    private static TheoryData<string, string> Tensors(Regex name)
    {
        var data = new TheoryData<string, string>();
        foreach (string folder in ParityCases.Folders("preprocessing"))
        {
            foreach (WeightTensor tensor in Read(folder).Where(tensor => name.IsMatch(tensor.Name)))
                data.Add(folder, tensor.Name);
        }

        return data;
    }

    [GeneratedRegex(@"^(?<case>\w+)\.eval(?<size>\d+)(?<bicubic>_bicubic)?$")]
    private static partial Regex EvaluationName();

    [GeneratedRegex(@"^(?<case>\w+)\.normalized(?<size>\d+)_corner\d+$")]
    private static partial Regex NormalizationName();

    [GeneratedRegex(@"^(?<case>\w+)\.resized_crop(?<size>\d+)(?<bicubic>_bicubic)?$")]
    private static partial Regex ResizedCropName();

    [GeneratedRegex(@"^(exif(?<orientation>\d)\.upright|(?<case>\w+)\.rgb)$")]
    private static partial Regex DecodingName();

    [GeneratedRegex(@"^(?<case>\w+)\.jpeg_rgb_corner\d+$")]
    private static partial Regex JpegCornerName();
}
