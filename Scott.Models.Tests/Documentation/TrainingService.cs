using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;

namespace Scott.Models.Tests.Documentation;

// apps.md
internal sealed class TrainingService(IHostApplicationLifetime lifetime, ILogger<TrainingService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112", cancellationToken: stoppingToken);
        FineTuningResult tuned = await model.FineTune(ImageFolder.OpenLabeled("labeled/train"))
            .WithCheckpoints("runs/labeled")
            .WithLogger(logger)
            .RunAsync(cancellationToken: stoppingToken);
        await tuned.Classifier.SaveAsync("classifier.safetensors", stoppingToken);
        lifetime.StopApplication();
    }
}
// end
