using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
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
        services.Add(Options.Options.DefaultName, configure);
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
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        services.Add(serviceKey, configure);
        return services;
    }

    /// <summary>Adds an <see cref="ImageClassifier"/> under a key, set up from configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>.</param>
    /// <param name="section">Keys are the names of <see cref="ScottImageClassifierOptions"/>'s properties; any other key is an error.</param>
    [RequiresUnreferencedCode(ConfigurationBinding.ReflectsOnOptions), RequiresDynamicCode(ConfigurationBinding.ReflectsOnOptions)]
    public static IServiceCollection AddKeyedScottImageClassifier(this IServiceCollection services, string serviceKey, IConfiguration section) =>
        services.AddKeyedScottImageClassifier(serviceKey, static _ => { }).Bind(serviceKey, section);

    private static void Add(this IServiceCollection services, string name, Action<ScottImageClassifierOptions> configure) =>
        services.AddLazy<ImageClassifier, ScottImageClassifierOptions>(name, configure, provider => new ImageClassifierProvider(
            name, provider.GetRequiredService<IOptionsMonitor<ScottImageClassifierOptions>>(),
            provider.GetRequiredService<ILoggerFactory>(), provider.GetService<IHostApplicationLifetime>()));

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
