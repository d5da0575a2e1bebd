using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Scott.Models;
using Scott.Models.Downloads;
using Scott.Models.Hosting;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds feature extraction to an app's services.</summary>
public static class ScottServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="FeatureExtractor"/> and an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of images that uses it, as singletons. The
    /// model is loaded once, when the host starts (an error stops the host), or without a host at the first request. Does not replace services.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Chooses the model and how it runs.</param>
    /// <remarks>
    /// A request for these services can throw the exceptions of <c>ScottModel.FromPretrainedAsync</c> or <c>FromFileAsync</c> and of
    /// <see cref="FeatureExtractorBuilder.Build"/>, and <see cref="ScottConfigurationException"/> for options that are not legal.
    /// </remarks>
    public static IServiceCollection AddScottFeatureExtractor(this IServiceCollection services, Action<ScottFeatureExtractorOptions> configure)
    {
        services.Add(Options.Options.DefaultName, configure);
        services.TryAddSingleton(provider => provider.GetRequiredService<FeatureExtractor>().AsIEmbeddingGenerator());
        return services;
    }

    /// <summary>Adds a <see cref="FeatureExtractor"/> of the default model, <c>ScottModels.DefaultId</c>, with the defaults.</summary>
    /// <param name="services">The app's services.</param>
    public static IServiceCollection AddScottFeatureExtractor(this IServiceCollection services) => services.AddScottFeatureExtractor(static _ => { });

    /// <summary>Adds a <see cref="FeatureExtractor"/> set up from configuration, such as <c>builder.Configuration.GetSection("Scott")</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="section">Keys are the names of <see cref="ScottFeatureExtractorOptions"/>'s properties; any other key is an error.</param>
    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    public static IServiceCollection AddScottFeatureExtractor(this IServiceCollection services, IConfiguration section) =>
        services.AddScottFeatureExtractor().Bind(Options.Options.DefaultName, section);

    /// <summary>Adds a <see cref="FeatureExtractor"/> with a key, for apps that run several models, or one model in several ways.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>.</param>
    /// <param name="configure">Chooses the model and how it runs.</param>
    public static IServiceCollection AddKeyedScottFeatureExtractor(
        this IServiceCollection services, string serviceKey, Action<ScottFeatureExtractorOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        services.Add(serviceKey, configure);
        services.TryAddKeyedSingleton(
            serviceKey, (provider, _) => provider.GetRequiredKeyedService<FeatureExtractor>(serviceKey).AsIEmbeddingGenerator());
        return services;
    }

    /// <summary>Adds a <see cref="FeatureExtractor"/> under a key, set up from configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>.</param>
    /// <param name="section">Keys are the names of <see cref="ScottFeatureExtractorOptions"/>'s properties; any other key is an error.</param>
    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    public static IServiceCollection AddKeyedScottFeatureExtractor(this IServiceCollection services, string serviceKey, IConfiguration section) =>
        services.AddKeyedScottFeatureExtractor(serviceKey, static _ => { }).Bind(serviceKey, section);

    private static void Add(this IServiceCollection services, string name, Action<ScottFeatureExtractorOptions> configure)
    {
        services.AddLazy<FeatureExtractor, ScottFeatureExtractorOptions>(name, configure, provider => new FeatureExtractorProvider(
            name, provider.GetRequiredService<IOptionsMonitor<ScottFeatureExtractorOptions>>(),
            provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<IHostApplicationLifetime>()));
        services.AddDownloading();
    }

    /// <summary>Sets up the client that downloads models, once. If the app has replaced the handler, that handler and its settings stay.</summary>
    private static void AddDownloading(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(DownloadClient)))
            return;

        services.AddSingleton<DownloadClient>();
        services.AddHttpClient(
            ScottFeatureExtractorOptions.HttpClientName, DownloadClient.Configure).ConfigurePrimaryHttpMessageHandler((handler, _) =>
        {
            if (handler is SocketsHttpHandler sockets)
                DownloadClient.Configure(sockets);
        });
    }

    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    private static IServiceCollection Bind(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        IConfigurationSection extraction = section.GetSection(nameof(ScottFeatureExtractorOptions.Extraction));
        services.BindStrictly<ScottFeatureExtractorOptions>(name, section).Configure(options => options.Extraction = options.Extraction with
        {
            ExecutionProviders = extraction.List<ExecutionProvider>(nameof(options.Extraction.ExecutionProviders))
                ?? options.Extraction.ExecutionProviders,
            Blocks = extraction.List<int>(nameof(options.Extraction.Blocks))?.ToHashSet() ?? options.Extraction.Blocks,
        });
        return services;
    }
}
