using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Scott.Models.Inference;

namespace Scott.Models.Hosting;

/// <summary>Builds the classifier of one registration. A registration without a key has an empty name.</summary>
internal sealed class ImageClassifierProvider(
    string name, IOptionsMonitor<ScottImageClassifierOptions> options, ILoggerFactory loggers, IHostApplicationLifetime? lifetime)
    : LazyService<ImageClassifier>(lifetime)
{
    public override bool LoadsAtStartup => options.Get(name).LoadAtStartup;

    protected override async Task<ImageClassifier> LoadAsync(CancellationToken cancellationToken)
    {
        ScottImageClassifierOptions chosen = options.Get(name);
        chosen.Validate();
        string path = chosen.ModelPath!;
        ScottClassifier classifier = Directory.Exists(path)
            ? await ScottClassifier.FromHuggingFaceFolderAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false)
            : await ScottClassifier.FromFileAsync(path, cancellationToken).ConfigureAwait(false);
        return classifier.Classify().WithOptions(chosen.Classification).WithLogger(loggers.CreateLogger<ImageClassifier>()).Build();
    }
}
