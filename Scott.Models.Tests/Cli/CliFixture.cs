namespace Scott.Models.Tests.Cli;

/// <summary>
/// A tiny model and a few images: <c>good</c> has three, one of them in a folder below and one with quotes in its name; <c>mixed</c> has a good and a
/// broken one.
/// </summary>
public sealed class CliFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Model => _folder.File("tiny.safetensors");

    public string Good => _folder.File("good");

    public string Mixed => _folder.File("mixed");

    /// <summary>In the order of the tool.</summary>
    public string[] GoodImages => [Path.Combine(Good, "B, \"b\".PNG"), Path.Combine(Good, "a.png"), Path.Combine(Good, "deep", "c.png")];

    public string NewFile(string name) => _folder.File($"{Guid.NewGuid():N}-{name}");

    public string NewFolder() => Directory.CreateDirectory(NewFile("folder")).FullName;

    /// <summary>A new folder with many links to one image.</summary>
    public async Task<string> LinkedImagesAsync(int count, int width, int height)
    {
        (string folder, string image) = (NewFolder(), NewFile("one.png"));
        await TestFiles.WriteImageAsync(image, seed: 3, width: width, height: height);
        for (int i = 0; i < count; i++)
            File.CreateSymbolicLink(Path.Combine(folder, $"{i:D4}.png"), image);

        return folder;
    }

    public async ValueTask InitializeAsync()
    {
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(Model);
        Directory.CreateDirectory(Path.Combine(Good, "deep"));
        Directory.CreateDirectory(Mixed);
        for (int i = 0; i < GoodImages.Length; i++)
            await TestFiles.WriteImageAsync(GoodImages[i], seed: i);

        await File.WriteAllTextAsync(Path.Combine(Good, "notes.txt"), "no image");
        await TestFiles.WriteImageAsync(Path.Combine(Mixed, "good.png"), seed: 9);
        await File.WriteAllTextAsync(Path.Combine(Mixed, "broken.jpg"), "no image either");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
