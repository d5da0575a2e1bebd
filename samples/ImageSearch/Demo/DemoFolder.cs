using Samples.Shared;

namespace ImageSearch.Demo;

/// <summary>A few drawn images in a temporary folder, which is deleted when the program ends.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const int Variants = 6;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scott-image-search-");

    private DemoFolder()
    {
    }

    public string Path => _folder.FullName;

    public static async Task<DemoFolder> DrawAsync(CancellationToken cancellationToken)
    {
        var demo = new DemoFolder();
        try
        {
            await DrawnImages.DrawAllAsync(demo.Path, Variants, cancellationToken: cancellationToken);
        }
        catch
        {
            demo.Dispose();
            throw;
        }

        return demo;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
