using Microsoft.Extensions.Configuration;

namespace Scott.Models.Tests.Hosting;

/// <summary>The configuration of an app, in memory.</summary>
internal static class TestConfiguration
{
    public static IConfiguration Of(params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value)))
        .Build();
}
