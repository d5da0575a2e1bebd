using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using Scott.Models.Hosting;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/apps.md</c> shows compiles and runs. The examples read and write the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class AppDocumentTests : IDisposable
{
    private const string Document = "docs/apps.md";

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public AppDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In(Document, "csharp");
        Assert.NotEmpty(blocks);
        string[] files = ["AppExamples.cs", "MlNetRows.cs", "TrainingService.cs"];
        string[] examples = [.. files.SelectMany(file => DocumentBlocks.ExamplesIn(file, "apps.md"))];
        Assert.Equal(blocks.Order(StringComparer.Ordinal), examples.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Services_OfTheDocument_EmbedAndAreSeenByOpenTelemetry()
    {
        Directory.CreateDirectory("photos");
        await DrawnImages.Draw(1).SavePngAsync("photos/cat.jpg");
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync("products.safetensors");
        await Classifiers.Create(ClassifierHead.Linear).SaveAsync("classifier.safetensors");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Assert.Single(DocumentBlocks.In(Document, "json")))));
        AppExamples.AddServices(builder);
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        FeatureExtractor extractor = host.Services.GetRequiredService<FeatureExtractor>();
        Assert.True(extractor.Options.UnitLength);
        ScottFeatureExtractorOptions options = host.Services.GetRequiredService<IOptions<ScottFeatureExtractorOptions>>().Value;
        Assert.Equal("models", options.Zoo.CacheFolder);
        List<Activity> activities = [];
        List<Metric> measured = [];
        float[] vector = [];
        await AppExamples.MeasureAsync(async () => vector = await AppExamples.GenerateAsync(host.Services), activities, measured);
        Assert.Equal(await extractor.EmbedAsync("photos/cat.jpg", TestContext.Current.CancellationToken), vector);
        Assert.Contains(activities, activity => activity.OperationName == "scott.embed");
        Assert.Equal(
            ["scott.batch.duration", "scott.batch.size", "scott.images"],
            measured.Select(metric => metric.Name).Distinct().Order(StringComparer.Ordinal));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task TrainingService_StoppedByItsHost_SavesAndResumes()
    {
        for (int i = 0; i < 12; i++)
        {
            string path = $"labeled/train/{(i % 2 == 0 ? "even" : "odd")}/{i:00}.png";
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await DrawnImages.Draw(i).SavePngAsync(path);
        }

        LogLines first = await TrainAndStopAsync(() => Processes.BuiltProgram.HasRecords("runs/labeled"));
        Assert.DoesNotContain(first.Lines, line => line.Contains("from step", StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateFiles("runs/labeled", "checkpoint-*"));
        LogLines second = new();
        second = await TrainAndStopAsync(() => second.Lines.Any(line => line.Contains("from step", StringComparison.Ordinal)), second);
        Assert.False(File.Exists("classifier.safetensors"));
    }

    private static async Task<LogLines> TrainAndStopAsync(Func<bool> isTime, LogLines? log = null)
    {
        log ??= new LogLines();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        AppExamples.AddTraining(builder);
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!isTime())
            await Task.Delay(5, limit.Token);

        await host.StopAsync(TestContext.Current.CancellationToken);
        return log;
    }

    [Fact]
    public async Task MlNet_ExportedBackbone_GivesTheExtractorsVectorsAndLearns()
    {
        for (int i = 0; i < 12; i++)
        {
            string path = $"labeled/train/{(i % 2 == 0 ? "even" : "odd")}/{i:00}.png";
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await DrawnImages.Draw(i % 2).SavePngAsync(path);
        }

        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112", cancellationToken: TestContext.Current.CancellationToken);
        (string label, float[] embedding) = await AppExamples.ScoreInMlNetAsync(model);
        Assert.Equal("right", label);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        string first = Directory.EnumerateFiles("labeled/train", "*.png", SearchOption.AllDirectories).First();
        float[] expected = await extractor.EmbedAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal(expected, embedding, (a, b) => MathF.Abs(a - b) < 1e-3f);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
