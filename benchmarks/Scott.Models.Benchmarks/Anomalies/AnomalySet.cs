using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Benchmarks.Anomalies;

/// <summary>Normal images to learn from, and other normal images and images with a drawn defect to test on.</summary>
internal sealed record AnomalySet(string Name, IReadOnlyList<ImageSource> Normal, IReadOnlyList<AnomalyTestImage> Test)
{
    private const int LongSide = 512;
    private const ulong Seed = 47;

    /// <summary>A set of drawn surfaces. No image is in two places.</summary>
    public static AnomalySet Drawn(string kind, int normal, int test)
    {
        RgbImage Draw(int index, string role) => DrawnSurfaces.Draw(kind, new DeterministicRandom(Seed + (ulong)index, $"{kind}, {role}"));
        return new AnomalySet(
            kind,
            [.. Enumerable.Range(0, normal).Select(index => ImageSource.FromImage(Draw(index, "learn")))],
            [.. Enumerable.Range(0, 2 * test).Select(index => Image(Draw(index, "test"), index, kind))]);
    }

    /// <summary>A set of photos of one class of a folder: normal are those of <c>train</c> and <c>val</c>, tested are those of <c>test</c>.</summary>
    public static async Task<AnomalySet> PhotosAsync(string root, string className)
    {
        List<ImageSource> normal = [];
        foreach (string file in Files(root, "train", className).Concat(Files(root, "val", className)))
            normal.Add(ImageSource.FromImage(await ReadAsync(file)));

        List<AnomalyTestImage> test = [];
        foreach (string file in Files(root, "test", className))
            test.Add(Image(await ReadAsync(file), test.Count, className));

        return new AnomalySet(className, normal, test);
    }

    /// <summary>The classes of a folder with at least so many images to learn from, those with the most first.</summary>
    public static IEnumerable<string> LargestClasses(string root, int count) => Directory.EnumerateDirectories(Path.Combine(root, "train"))
        .Select(folder => Path.GetFileName(folder)!)
        .OrderByDescending(name => Files(root, "train", name).Length)
        .ThenBy(name => name, StringComparer.Ordinal)
        .Take(count);

    /// <summary>A photo as small as all others, so that sound and damaged ones take the same way.</summary>
    private static async Task<RgbImage> ReadAsync(string file)
    {
        RgbImage photo = await ImageDecoder.DecodeAsync(file);
        double scale = Math.Min(1, (double)LongSide / Math.Max(photo.Width, photo.Height));
        return photo.Resize((int)(photo.Width * scale), (int)(photo.Height * scale), Interpolation.Bilinear);
    }

    private static string[] Files(string root, string split, string className)
    {
        string folder = Path.Combine(root, split, className);
        return Directory.Exists(folder) ? ImageFiles.Find(folder, isRecursive: false).Images : [];
    }

    /// <summary>Every second image gets a defect, of each kind in turn.</summary>
    private static AnomalyTestImage Image(RgbImage image, int index, string set)
    {
        if (index % 2 == 0)
            return new AnomalyTestImage(image, null, "normal");

        string kind = DrawnDefects.Kinds[index / 2 % DrawnDefects.Kinds.Count];
        (RgbImage damaged, bool[] defect) = DrawnDefects.Add(image, kind, new DeterministicRandom(Seed + (ulong)index, $"{set}, defect"));
        return new AnomalyTestImage(damaged, defect, kind);
    }
}

/// <summary>An image to test on.</summary>
/// <param name="Image">The image.</param>
/// <param name="Defect">Which of its pixels belong to a defect; <see langword="null"/> if it has none.</param>
/// <param name="Kind">The kind of its defect, or <c>normal</c>.</param>
internal sealed record AnomalyTestImage(RgbImage Image, bool[]? Defect, string Kind);
