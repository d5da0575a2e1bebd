using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Scott.Models.Hosting;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Parity;
using Scott.Models.Tests.Zoo;
using Scott.Models.Torch;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Hosting;

public sealed class ScottServiceCollectionExtensionsTests
{
    [Fact]
    public async Task Add_Plain_GivesOneExtractorOfTheEmbeddedModelAndItsGenerator()
    {
        FeatureExtractor extractor;
        await using (ServiceProvider provider = new ServiceCollection().AddScottFeatureExtractor().AddScottFeatureExtractor().BuildServiceProvider())
        {
            extractor = provider.GetRequiredService<FeatureExtractor>();
            Assert.Same(extractor, Assert.Single(provider.GetServices<FeatureExtractor>()));
            Assert.Equal("scott-mini-112-distilled", extractor.ModelId);
            Assert.Single(provider.GetServices<IHostedService>());
            IEmbeddingGenerator<DataContent, Embedding<float>> generator =
            provider.GetRequiredService<IEmbeddingGenerator<DataContent, Embedding<float>>>();
            Assert.Same(extractor, generator.GetService<FeatureExtractor>());
            Assert.Single(await generator.GenerateAsync([new DataContent(DrawnImages.Draw(1).EncodePng(), "image/png")]));
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => extractor.EmbedAsync("any.png"));
    }

    [Fact]
    public async Task AddKeyed_TwoModels_StandSideBySide()
    {
        using var folder = new TemporaryFolder();
        await ScottModel.Create(Architectures.Tiny, seed: 5).WithMetadata(new() { Id = "mine" }).SaveAsync(folder.File("mine.safetensors"));
        await using ServiceProvider provider = new ServiceCollection()
            .AddKeyedScottFeatureExtractor("default", _ => { })
            .AddKeyedScottFeatureExtractor("mine", options => options.ModelPath = folder.File("mine.safetensors"))
            .AddKeyedScottFeatureExtractor("mine", options => options.Extraction = options.Extraction with { UnitLength = true })
            .BuildServiceProvider();
        FeatureExtractor mine = provider.GetRequiredKeyedService<FeatureExtractor>("mine");
        Assert.Equal(("mine", true), (mine.ModelId, mine.Options.UnitLength));
        Assert.Equal("scott-mini-112-distilled", provider.GetRequiredKeyedService<FeatureExtractor>("default").ModelId);
        Assert.Same(
            mine, provider.GetRequiredKeyedService<IEmbeddingGenerator<DataContent, Embedding<float>>>("mine").GetService<FeatureExtractor>());
        Assert.Null(provider.GetService<FeatureExtractor>());
    }

    [Fact]
    public void Bind_EverySetting_ReachesTheOptions()
    {
        IConfiguration configuration = TestConfiguration.Of(
            ("ModelId", "vit-mini-112"),
            ("HuggingFaceRepository", "timm/tiny"),
            ("HuggingFaceRevision", "v1"),
            ("LoadAtStartup", "false"),
            ("Zoo:Manifests:0", "https://example.org/weights-manifest.json"),
            ("Zoo:CacheFolder", "models"),
            ("Zoo:Offline", "true"),
            ("Zoo:Storage", "MemoryMapped"),
            ("Zoo:StallTimeout", "00:00:05"),
            ("Extraction:BatchSize", "4"),
            ("Extraction:Engine", "Torch"),
            ("Extraction:TorchDevice", "cuda:1"),
            ("Extraction:Precision", "Int8"),
            ("Extraction:UnitLength", "true"),
            ("Extraction:Blocks:0", "3"),
            ("Extraction:ExecutionProviders:0", "Cuda"),
            ("Extraction:ExecutionProviders:1", "Cpu"),
            ("Extraction:Decoding:MaximumPixels", "1000000"));
        using ServiceProvider provider = new ServiceCollection().AddScottFeatureExtractor(configuration).AddKeyedScottFeatureExtractor(
            "key", configuration).BuildServiceProvider();
        foreach (string name in new[] { Options.DefaultName, "key" })
        {
            ScottFeatureExtractorOptions options = provider.GetRequiredService<IOptionsMonitor<ScottFeatureExtractorOptions>>().Get(name);
            Assert.Equal(("vit-mini-112", false), (options.ModelId, options.LoadAtStartup));
            Assert.Equal(("timm/tiny", "v1"), (options.HuggingFaceRepository, options.HuggingFaceRevision));
            Assert.Equal(["https://example.org/weights-manifest.json"], options.Zoo.Manifests);
            Assert.Equal(("models", true, WeightStorage.MemoryMapped), (options.Zoo.CacheFolder, options.Zoo.Offline, options.Zoo.Storage));
            Assert.Equal(TimeSpan.FromSeconds(5), options.Zoo.StallTimeout);
            Assert.Equal(
                (4, FeatureEngine.Torch, OnnxPrecision.Int8, true),
                (options.Extraction.BatchSize, options.Extraction.Engine, options.Extraction.Precision, options.Extraction.UnitLength));
            Assert.Equal(TorchDevice.Cuda(1), options.Extraction.TorchDevice);
            Assert.Equal([3], options.Extraction.Blocks);
            Assert.Equal([ExecutionProvider.Cuda, ExecutionProvider.Cpu], options.Extraction.ExecutionProviders);
            Assert.Equal(1_000_000, options.Extraction.Decoding.MaximumPixels);
        }

        // The defaults are values of their own: binding changes none that others share.
        Assert.Equal((16, false), (new FeatureExtractionOptions().BatchSize, new ZooOptions().Offline));
    }

    [Fact]
    public void Bind_UnknownKey_IsAnErrorThatNamesIt()
    {
        using ServiceProvider provider = new ServiceCollection().AddScottFeatureExtractor(
            TestConfiguration.Of(("Extraction:BatchSise", "4"))).BuildServiceProvider();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(provider.GetRequiredService<FeatureExtractor>);
        Assert.Contains("BatchSise", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_Starting_DownloadsThroughTheAppsClientAndTellsItsLog()
    {
        await using ZooFixture zoo = await ZooFixture.StartAsync();
        var log = new LogLines();
        var handler = new CountingHandler();
        using IHost host = Host(log, services =>
        {
            services.AddScottFeatureExtractor(options =>
            {
                options.ModelId = TinyModel.Id;
                options.Zoo = zoo.Options;
            });
            services.AddHttpClient(ScottFeatureExtractorOptions.HttpClientName).AddHttpMessageHandler(() => handler);
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, handler.Requests);
        Assert.Contains($"Information: Downloaded '{TinyModel.FileName}' of '{TinyModel.Id}' to '{zoo.Target}'.", log.Lines);
        Assert.Contains(log.Lines, line => line.StartsWith("Information: Images are computed by ONNX Runtime", StringComparison.Ordinal));
        Assert.Equal(TinyModel.Id, host.Services.GetRequiredService<FeatureExtractor>().ModelId);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Host_ModelOfTheHub_DownloadsItThroughTheAppsClient()
    {
        await using HubServer hub = await HubServer.StartAsync();
        using var folder = new TemporaryFolder();
        string files = Path.Combine(ParityCases.OwnFolder, "vit", "dinov2-tiny", "timm");
        hub.Add("timm/tiny", files);
        var handler = new CountingHandler();
        using IHost host = Host(new LogLines(), services =>
        {
            services.AddScottFeatureExtractor(options =>
            {
                options.HuggingFaceRepository = "timm/tiny";
                options.HuggingFaceRevision = HubServer.Commit;
                options.Zoo = new() { HubEndpoint = hub.Endpoint, CacheFolder = folder.Path };
            });
            services.AddKeyedScottFeatureExtractor("folder", options => options.ModelPath = files);
            services.AddHttpClient(ScottFeatureExtractorOptions.HttpClientName).AddHttpMessageHandler(() => handler);
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(hub.Front.Requests.Count + hub.Store.Requests.Count, handler.Requests);
        FeatureExtractor extractor = host.Services.GetRequiredService<FeatureExtractor>();
        Assert.Equal("timm/tiny", extractor.ModelId);
        byte[] image = DrawnImages.Draw(1).EncodePng();
        Assert.Equal(
            await extractor.EmbedAsync(ImageSource.FromBytes(image)),
            await host.Services.GetRequiredKeyedService<FeatureExtractor>("folder").EmbedAsync(ImageSource.FromBytes(image)));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Client_OfSeveralRegistrations_IsSetUpOnceAndFollowsNoRedirectItself()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddScottFeatureExtractor()
            .AddKeyedScottFeatureExtractor("key", _ => { })
            .BuildServiceProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(ScottFeatureExtractorOptions.HttpClientName);
        Assert.Equal("Scott.Models", Assert.Single(client.DefaultRequestHeaders.UserAgent).Product!.Name);
        Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
        Assert.False(Assert.IsType<SocketsHttpHandler>(PrimaryHandler(provider)).AllowAutoRedirect);
    }

    [Fact]
    public void Client_WithTheAppsOwnHandler_KeepsIt()
    {
        using var own = new HttpClientHandler { UseDefaultCredentials = true };
        var services = new ServiceCollection();
        services.AddHttpClient(ScottFeatureExtractorOptions.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => own);
        using ServiceProvider provider = services.AddScottFeatureExtractor().BuildServiceProvider();
        Assert.Same(own, PrimaryHandler(provider));
    }

    /// <summary>A hosted service that takes the extractor is made, and waits for the model, before any is started.</summary>
    [Fact]
    public async Task Host_EndedWhileAConstructorWaitsForADownload_EndsTheDownload()
    {
        await using ZooFixture zoo = await ZooFixture.StartAsync();
        var asked = new TaskCompletionSource();
        zoo.Server.Answer = async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };
        using IHost host = Host(new LogLines(), services => services.AddScottFeatureExtractor(options =>
        {
            options.ModelId = TinyModel.Id;
            options.Zoo = zoo.Options;
        }));
        Task<FeatureExtractor> waiting = Task.Run(host.Services.GetRequiredService<FeatureExtractor>);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task Host_ModelThatIsNotThere_DoesNotStart()
    {
        using IHost host = Host(new LogLines(), services => services.AddScottFeatureExtractor(options => options.ModelId = "no-such-model"));
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal("no-such-model", error.ModelId);
    }

    [Fact]
    public async Task Host_NotLoadingAtStartup_LoadsWhenAskedAndTriesAgainAfterAFault()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("late.safetensors");
        using IHost host = Host(new LogLines(), services => services.AddScottFeatureExtractor(options =>
        {
            options.ModelPath = path;
            options.LoadAtStartup = false;
        }));
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Throws<FileNotFoundException>(host.Services.GetRequiredService<FeatureExtractor>);
        await ScottModel.Create(Architectures.Tiny, seed: 5).SaveAsync(path, TestContext.Current.CancellationToken);
        Assert.NotNull(host.Services.GetRequiredService<FeatureExtractor>());
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What sends, below all that the factory and the app put before it.</summary>
    private static HttpMessageHandler PrimaryHandler(ServiceProvider provider)
    {
        HttpMessageHandler handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(
            ScottFeatureExtractorOptions.HttpClientName);
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;

        return handler;
    }

    private static IHost Host(LogLines log, Action<IServiceCollection> add)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        add(builder.Services);
        return builder.Build();
    }

    private sealed class CountingHandler : DelegatingHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
