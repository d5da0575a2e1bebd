namespace Scott.Models.Tests.Cli;

/// <summary>A tiny model and twelve images, in folders whose names need quotes in a shell.</summary>
public sealed class TrainingFixture : IAsyncLifetime
{
    private const int Count = 12;

    private readonly TemporaryFolder _folder = new();

    public string Model => _folder.File("tiny.safetensors");

    /// <summary>Half of them in each of two folders, as labels.</summary>
    public string Images => _folder.File("my mother's $photos");

    /// <summary>The images in the order of their names: those with even numbers are "even".</summary>
    public string[] ImageFiles =>
        [.. Directory.EnumerateFiles(Images, "*.png", SearchOption.AllDirectories).OrderBy(Path.GetFileName)];

    /// <summary>Writes a CSV list of the images.</summary>
    /// <param name="header">Its first line.</param>
    /// <param name="line">The line of an image, from its path and its number.</param>
    public async Task<string> WriteListAsync(string header, Func<string, int, string> line)
    {
        string path = NewPath() + ".csv";
        await File.WriteAllLinesAsync(path, [header, .. ImageFiles.Select(line)], TestContext.Current.CancellationToken);
        return path;
    }

    public string NewFolder() => Directory.CreateDirectory(NewPath()).FullName;

    public string NewPath() => _folder.File($"{Guid.NewGuid():N} (run)");

    public async ValueTask InitializeAsync()
    {
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(Model);
        for (int i = 0; i < Count; i++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(Images, i % 2 == 0 ? "even" : "odd")).FullName;
            await TestFiles.WriteImageAsync(Path.Combine(folder, $"{i:D2}.png"), seed: i);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
