using System.Net;
using ImageSearch.Anomalies;
using ImageSearch.Classes;
using ImageSearch.Duplicates;
using ImageSearch.Images;
using ImageSearch.Indexing;
using ImageSearch.Options;
using ImageSearch.Searching;
using ImageSearch.Vectors;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.VectorData;
using Samples.Shared;
using Scott.Models.Hosting;

namespace ImageSearch.Web;

/// <summary>Puts the app together: services first, then what each request goes through.</summary>
internal static class Server
{
    /// <summary>How long requests in progress may take to end after Ctrl-C, which cancels them.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How much of a request's body is buffered before it is read.</summary>
    private const int RequestBufferBytes = 64 << 10;

    /// <summary>A slower upload is aborted: it would block others.</summary>
    private const double LeastBytesPerSecond = 64 << 10;

    private static readonly TimeSpan SlowUploadGrace = TimeSpan.FromSeconds(3);

    public static WebApplication Build(ServeOptions options, string folder)
    {
        // Page and settings are in the program's folder, not in the current one.
        // Never in development mode, whatever the environment says: its error answers carry stack traces.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        AddWeb(builder, options);
        AddModel(builder, options);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(new IndexedFolder(folder))
            .AddSingleton<VectorStoreCollection<string, IndexedImage>>(
                _ => new IndexVectorCollection<IndexedImage>("images", record => record.Id, record => record.Vector))
            .AddSingleton<IndexProgress>()
            .AddSingleton<ImageFinder>()
            .AddSingleton<ThumbnailCache>()
            .AddSingleton<DecodingBudget>()
            .AddSingleton<DuplicateFinder>()
            .AddSingleton<ModelLoader>()
            .AddSingleton<NormalFolders>()
            .AddSingleton<AnomalyLearner>()
            .AddSingleton<AnomalyScorer>()
            .AddSingleton<ClassStore>()
            .AddHostedService(services => services.GetRequiredService<ClassStore>())
            .AddHostedService<FolderIndexer>();
        WebApplication app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseMiddleware<SameOriginOnly>("/api");
        app.UseRateLimiter();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapImages();
        app.MapSearches();
        app.MapDuplicates();
        app.MapAnomalies();
        app.MapClasses();
        app.MapStatus();
        return app;
    }

    /// <summary>Only this machine may see the images of its disk: no other address, and no other name that leads here (DNS rebinding).</summary>
    private static void AddWeb(WebApplicationBuilder builder, ServeOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Endpoints in the configuration are ignored: they could open the app to other machines.
            kestrel.Configure();
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxRequestBodySize = options.MaximumUploadBytes;
            kestrel.Limits.MaxRequestBufferSize = RequestBufferBytes;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(LeastBytesPerSecond, SlowUploadGrace);
            kestrel.AddServerHeader = false;
        });
        builder.Services.Configure<HostFilteringOptions>(filter =>
        {
            filter.AllowedHosts = ["127.0.0.1", "localhost", "[::1]"];
            filter.AllowEmptyHosts = false;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddProblemDetails();
        builder.Services.AddRequestGates(options);
        builder.Services.AddExceptionHandler<FaultHandler>();
    }

    private static void AddModel(WebApplicationBuilder builder, ServeOptions options)
    {
        builder.Services.AddScottFeatureExtractor(builder.Configuration.GetSection("Scott"));
        builder.Services.PostConfigure<ScottFeatureExtractorOptions>(scott =>
        {
            if (options.Model is { } model)
            {
                // The command line goes before the configuration, whatever that names.
                bool isPath = File.Exists(model) || Directory.Exists(model);
                scott.ModelPath = isPath ? model : null;
                scott.ModelId = isPath ? new ScottFeatureExtractorOptions().ModelId : model;
                (scott.HuggingFaceRepository, scott.HuggingFaceRevision) = (null, null);
            }

            scott.Extraction = scott.Extraction with { UnitLength = true, IncludeTokens = true };
        });
    }
}
