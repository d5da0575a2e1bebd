using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Scott.Models.Hosting;

/// <summary>Binds options to a section of the configuration. The binder adds items to the default of a list, so lists are read apart; it does not
/// bind a set.</summary>
internal static class ConfigurationBinding
{
    public const string ReflectsOnOptions = "Configuration is bound to the options' properties by reflection. In a trimmed app, set them in code.";

    /// <summary>Binds every key; one that is no property's name is an error.</summary>
    [RequiresUnreferencedCode(ReflectsOnOptions), RequiresDynamicCode(ReflectsOnOptions)]
    public static OptionsBuilder<T> BindStrictly<T>(this IServiceCollection services, string name, IConfiguration section)
        where T : class => services.AddOptions<T>(name).Bind(section, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <summary>The items of a list; <see langword="null"/> if the section does not have it.</summary>
    [RequiresUnreferencedCode(ReflectsOnOptions), RequiresDynamicCode(ReflectsOnOptions)]
    public static T[]? List<T>(this IConfigurationSection section, string key) => section.GetSection(key).Get<T[]>();
}
