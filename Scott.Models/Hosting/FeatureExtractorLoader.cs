using Microsoft.Extensions.Hosting;

namespace Scott.Models.Hosting;

/// <summary>Loads a registration's model while the host starts.</summary>
internal sealed class FeatureExtractorLoader(FeatureExtractorProvider provider) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        provider.LoadsAtStartup ? provider.GetAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
