using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Scott.Models;
using Scott.Models.Hosting;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds image classification to an app's services.</summary>
public static class ScottImageClassifierServiceCollectionExtensions
{
    /// <summary>Adds an <see cref="ImageClassifier"/> as a singleton. The classifier is loaded once, when the host starts (an error stops the host),
    /// or without a host at the first request. Does not replace services.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Names the classifier's file, and chooses how it runs.</param>
    /// <remarks>A request for the service can throw the exceptions of <c>ScottClassifier.FromFileAsync</c> or <c>FromHuggingFaceFolderAsync</c> and
    /// of <see cref="ImageClassifierBuilder.Build"/>, <see cref="ScottConfigurationException"/> for options that are not legal, and
    /// <see cref="InvalidOperationException"/> for a key of the configuration that is not known.</remarks>
    public static IServiceCollection AddScottImageClassifier(this IServiceCollection services, Action<ScottImageClassifierOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddLoading(Options.Options.DefaultName, configure);
        services.TryAddSingleton(provider => Loading(provider, Options.Options.DefaultName).Get());
        return services;
    }

    /// <summary>Adds an <see cref="ImageClassifier"/> set up from configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="section">Keys are the names of <see cref="ScottImageClassifierOptions"/>'s properties; any other key is an error.</param>
    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    public static IServiceCollection AddScottImageClassifier(this IServiceCollection services, IConfiguration section) =>
        services.AddScottImageClassifier(static _ => { }).Bind(Options.Options.DefaultName, section);

    /// <summary>Adds an <see cref="ImageClassifier"/> with a key, for apps that run several.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>.</param>
    /// <param name="configure">Names the classifier's file, and chooses how it runs.</param>
    public static IServiceCollection AddKeyedScottImageClassifier(
        this IServiceCollection services, string serviceKey, Action<ScottImageClassifierOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        services.AddLoading(serviceKey, configure);
        services.TryAddKeyedSingleton(serviceKey, (provider, _) => Loading(provider, serviceKey).Get());
        return services;
    }

    /// <summary>Adds an <see cref="ImageClassifier"/> under a key, set up from configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>.</param>
    /// <param name="section">Keys are the names of <see cref="ScottImageClassifierOptions"/>'s properties; any other key is an error.</param>
    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    public static IServiceCollection AddKeyedScottImageClassifier(this IServiceCollection services, string serviceKey, IConfiguration section) =>
        services.AddKeyedScottImageClassifier(serviceKey, static _ => { }).Bind(serviceKey, section);

    /// <summary>Adds what loads the classifier, once for each name.</summary>
    private static void AddLoading(this IServiceCollection services, string name, Action<ScottImageClassifierOptions> configure)
    {
        services.AddLogging();
        services.Configure(name, configure);
        if (services.Any(service => service.ServiceType == typeof(ImageClassifierProvider) && Equals(service.ServiceKey, name)))
            return;

        services.AddKeyedSingleton(name, static (provider, key) => new ImageClassifierProvider(
            (string)key!, provider.GetRequiredService<IOptionsMonitor<ScottImageClassifierOptions>>(),
            provider.GetRequiredService<ILoggerFactory>(), provider.GetService<IHostApplicationLifetime>()));
        services.AddSingleton<IHostedService>(provider => new ServiceLoader<ImageClassifier>(Loading(provider, name)));
    }

    private static ImageClassifierProvider Loading(IServiceProvider provider, string name) =>
        provider.GetRequiredKeyedService<ImageClassifierProvider>(name);

    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    private static IServiceCollection Bind(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        IConfigurationSection classification = section.GetSection(nameof(ScottImageClassifierOptions.Classification));
        services.BindStrictly<ScottImageClassifierOptions>(name, section).Configure(options => options.Classification = options.Classification with
        {
            ExecutionProviders = classification.List<ExecutionProvider>(nameof(options.Classification.ExecutionProviders))
                ?? options.Classification.ExecutionProviders,
        });
        return services;
    }
}
