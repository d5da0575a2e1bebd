using System.Globalization;
using System.Text.RegularExpressions;
using Scott.Models.Imaging;
using Scott.Models.Tests.Parity;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Imaging;

/// <summary>Each operation against what torchvision 0.14 makes of Pillow images, to the byte; the blur is allowed a rounding.</summary>
public sealed partial class AugmentationParityTests
{
    public static TheoryData<string, string> Operations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string folder in ParityCases.Folders("preprocessing"))
            {
                foreach (WeightTensor tensor in Read(folder).Where(
                    tensor => Name().IsMatch(tensor.Name) && !tensor.Name.EndsWith(".input", StringComparison.Ordinal)))
                {
                    data.Add(folder, tensor.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_GoldenImage_GivesTorchvisionsBytes(string folder, string name)
    {
        WeightSet numbers = Read(folder);
        Match match = Name().Match(name);
        WeightTensor input = numbers[match.Groups["case"].Value + ".aug.input"];
        using PixelBuffer image = RgbImage.FromPixels(input.Data.Span, (int)input.Shape[1], (int)input.Shape[0], PixelLayout.Rgb24).ToBuffer();
        Apply(image, match.Groups["operation"].Value, match.Groups["numbers"].Value);
        byte[] found = new byte[input.ElementCount];
        PixelConversion.RgbxToRgb24(image.Bytes, found);
        int largest = numbers[name].Data.ToArray().Zip(found, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(largest, 0, match.Groups["operation"].Value == "gaussian_blur" ? 1 : 0);
    }

    private static void Apply(PixelBuffer image, string operation, string numbers)
    {
        float Factor() => float.Parse(numbers, CultureInfo.InvariantCulture);
        switch (operation)
        {
            case "hflip":
                PixelOrientation.Apply(image, new ImageOrientation(false, true, false));
                break;
            case "brightness":
                ColorAdjustment.Brightness(image, Factor());
                break;
            case "contrast":
                ColorAdjustment.Contrast(image, Factor());
                break;
            case "saturation":
                ColorAdjustment.Saturation(image, Factor());
                break;
            case "hue":
                HueShift.Apply(image, double.Parse(numbers, CultureInfo.InvariantCulture));
                break;
            case "grayscale":
                ColorAdjustment.Grayscale(image);
                break;
            case "gaussian_blur":
                string[] parts = numbers.Split('_'); // k9_s1.3
                GaussianBlur.Apply(
                    image, int.Parse(parts[0][1..], CultureInfo.InvariantCulture), double.Parse(parts[1][1..], CultureInfo.InvariantCulture));
                break;
            default:
                Assert.Fail($"No operation is called '{operation}'.");
                break;
        }
    }

    private static WeightSet Read(string folder) => ParityCases.Read(Path.Combine(folder, "preprocessing.safetensors")).Tensors;

    [GeneratedRegex(@"^(?<case>\w+)\.aug\.(?<operation>[a-z]+(_blur)?)(_(?<numbers>[-\w.]+))?$")]
    private static partial Regex Name();
}
