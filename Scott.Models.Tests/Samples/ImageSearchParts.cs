using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample over parts that look alike, in a folder of their own, and other images of which one has a larger copy.</summary>
public sealed class ImageSearchParts : IAsyncLifetime
{
    public const int Parts = 8;
    public const int Others = 4;

    /// <summary>With the copy.</summary>
    public const int Images = Parts + Others + 1;

    private const int Side = 128;

    private readonly TemporaryFolder _folder = new();

    public ImageSearchApp App { get; private set; } = null!;

    /// <summary>A part like those in the folder, which it does not have.</summary>
    public string GoodPart => _folder.File("good part.png");

    /// <summary>A part with a dark spot.</summary>
    public string BadPart => _folder.File("bad part.png");

    public string Part(int number) => _folder.File(Path.Combine("images", "parts", $"part {number}.png"));

    public string Other(int number) => _folder.File(Path.Combine("images", $"other {number}.png"));

    public string NewFile(string name) => _folder.File(name);

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Part(0))!);
        for (int i = 0; i < Parts; i++)
            await DrawPart(seed: i, hasSpot: false).SavePngAsync(Part(i));

        for (int i = 0; i < Others; i++)
            await TestFiles.WriteImageAsync(Other(i), seed: 30 * i);

        RgbImage copied = await ImageDecoder.DecodeAsync(Other(1));
        RgbImage copy = copied.Resize(2 * copied.Width, 2 * copied.Height, Interpolation.Bicubic);
        await copy.SavePngAsync(_folder.File(Path.Combine("images", "copy.png")));
        await DrawPart(seed: 100, hasSpot: false).SavePngAsync(GoodPart);
        await DrawPart(seed: 101, hasSpot: true).SavePngAsync(BadPart);
        App = await ImageSearchApp.StartAsync(_folder.File("images"));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Gray stripes, more or less bright and shifted, with noise.</summary>
    private static RgbImage DrawPart(int seed, bool hasSpot)
    {
        var random = new DeterministicRandom((ulong)seed, "part");
        (double shift, double bright) = (40 * random.NextDouble(), 40 * random.NextDouble());
        byte[] pixels = new byte[Side * Side * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y) = (i / 3 % Side, i / 3 / Side);
            double light = hasSpot && Math.Sqrt(((x - 88) * (x - 88)) + ((y - 40) * (y - 40))) < 10 ? 0.5 : 1;
            pixels[i] = (byte)(light * (100 + bright + (40 * Math.Sin((x + shift) / 6)) + (random.NextDouble() * 40)));
        }

        return RgbImage.FromPixels(pixels, Side, Side, PixelLayout.Rgb24);
    }
}
