using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Scott.Models.Hosting;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Hosting;

/// <summary>A classifier as a service of an app.</summary>
public sealed class ScottImageClassifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_AFile_GivesOneClassifierThatEndsWithTheApp()
    {
        string path = await SaveAsync("one");
        ImageClassifier classifier;
        await using (ServiceProvider provider = new ServiceCollection()
            .AddScottImageClassifier(options => options.ModelPath = path)
            .AddScottImageClassifier(options => options.Classification = options.Classification with { TopClasses = 1 })
            .BuildServiceProvider())
        {
            classifier = provider.GetRequiredService<ImageClassifier>();
            Assert.Same(classifier, Assert.Single(provider.GetServices<ImageClassifier>()));
            Assert.Single(provider.GetServices<IHostedService>());
            ImagePrediction prediction = await classifier.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(1)));
            Assert.Single(prediction.Classes);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => classifier.ClassifyAsync("any.png"));
    }

    [Fact]
    public async Task AddKeyed_TwoClassifiers_StandBesideAnExtractor()
    {
        (string one, string two) = (await SaveAsync("one"), await SaveAsync("two"));
        await using ServiceProvider provider = new ServiceCollection()
            .AddScottFeatureExtractor()
            .AddKeyedScottImageClassifier("one", options => options.ModelPath = one)
            .AddKeyedScottImageClassifier("two", TestConfiguration.Of(("ModelPath", two), ("Classification:TopClasses", "2")))
            .BuildServiceProvider();
        Assert.NotSame(
            provider.GetRequiredKeyedService<ImageClassifier>("one"), provider.GetRequiredKeyedService<ImageClassifier>("two"));
        Assert.NotNull(provider.GetRequiredService<FeatureExtractor>());
        Assert.Null(provider.GetService<ImageClassifier>());
    }

    [Fact]
    public void Bind_EverySetting_ReachesTheOptions()
    {
        using ServiceProvider provider = new ServiceCollection().AddScottImageClassifier(TestConfiguration.Of(
            ("ModelPath", "c.safetensors"),
            ("LoadAtStartup", "false"),
            ("Classification:TopClasses", "3"),
            ("Classification:BatchSize", "4"),
            ("Classification:ExecutionProviders:0", "Cuda"),
            ("Classification:ExecutionProviders:1", "Cpu"))).BuildServiceProvider();
        ScottImageClassifierOptions options = provider.GetRequiredService<IOptions<ScottImageClassifierOptions>>().Value;
        Assert.Equal(("c.safetensors", false), (options.ModelPath, options.LoadAtStartup));
        Assert.Equal((3, 4), (options.Classification.TopClasses, options.Classification.BatchSize));
        Assert.Equal([ExecutionProvider.Cuda, ExecutionProvider.Cpu], options.Classification.ExecutionProviders);
    }

    [Theory]
    [InlineData("""{ "ModelPath": "c", "Classification": null }""")]
    [InlineData("""{ "ModelPath": "c", "Classification": { "ExecutionProviders": null } }""")]
    public void Bind_Null_KeepsTheDefault(string json)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build();
        using ServiceProvider provider = new ServiceCollection().AddScottImageClassifier(configuration).BuildServiceProvider();
        ScottImageClassifierOptions options = provider.GetRequiredService<IOptions<ScottImageClassifierOptions>>().Value;
        options.Validate();
        options.Classification.Validate(Architectures.Tiny);
    }

    [Fact]
    public async Task Host_WithoutTheFile_DoesNotStart()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddScottImageClassifier(options => options.ModelPath = _folder.File("missing.safetensors"));
        using IHost host = builder.Build();
        await Assert.ThrowsAnyAsync<IOException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Validate_Illegal_ListsEveryFault()
    {
        var options = new ScottImageClassifierOptions { Classification = null! };
        Assert.Equal(
            ["ModelPath is not set; expected a classifier's file.", "Classification is null; expected options."],
            Assert.Throws<ScottConfigurationException>(options.Validate).Faults);
    }

    private async Task<string> SaveAsync(string name)
    {
        string path = _folder.File(name + ".safetensors");
        await Classifiers.Create(ClassifierHead.Linear).SaveAsync(path);
        return path;
    }
}
