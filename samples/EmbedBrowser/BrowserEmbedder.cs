using System.Diagnostics;
using Scott.Models;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace EmbedBrowser;

/// <summary>The model in the browser: loaded once, then one vector for each image.</summary>
internal sealed class BrowserEmbedder(FeatureExtractor features, string description) : IDisposable
{
    /// <summary>What computes the vectors, in a sentence.</summary>
    public string Description => description;

    /// <summary>Loads the model from beside the page.</summary>
    /// <exception cref="HttpRequestException">It cannot be loaded.</exception>
    public static async Task<BrowserEmbedder> LoadAsync(HttpClient client)
    {
        byte[] file = await client.GetByteArrayAsync("model.safetensors");
        var model = ScottModel.FromBytes(file);
        FeatureExtractor features = model.ExtractFeatures().UseManaged().WithUnitLength().Build();
        return new BrowserEmbedder(features, $"{features.EngineDescription}, in this browser.");
    }

    /// <summary>An image's vector of length 1, and how long it took.</summary>
    public async Task<(float[] Vector, double Milliseconds)> EmbedAsync(RgbImage image, string name)
    {
        long started = Stopwatch.GetTimestamp();
        float[] vector = await features.EmbedAsync(ImageSource.FromImage(image, name));
        return (vector, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <inheritdoc />
    public void Dispose() => features.Dispose();
}
