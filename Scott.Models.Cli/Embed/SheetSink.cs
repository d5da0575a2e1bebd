using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Keeps the first images of a run as the model saw them, with a result of each, and draws them at the end.</summary>
/// <typeparam name="T">What is kept beside each image.</typeparam>
/// <param name="path">The PNG file.</param>
/// <param name="preprocessor">The run's preprocessor.</param>
/// <param name="keep">Takes from an embedding what is kept.</param>
/// <param name="explain">Makes, for all kept images at once, the image that is drawn beside each.</param>
internal sealed class SheetSink<T>(
    string path,
    ImagePreprocessor preprocessor,
    Func<ImageEmbedding, T> keep,
    Func<IReadOnlyList<(RgbImage Image, T Kept)>, IEnumerable<RgbImage>> explain) : IEmbeddingSink
{
    private const int MaximumImages = 16;

    private readonly List<(RgbImage Image, T Kept)> _kept = [];

    public async ValueTask AddAsync(ImageEmbedding embedding)
    {
        if (_kept.Count < MaximumImages)
            _kept.Add((await preprocessor.PreprocessToImageAsync(embedding.Name), keep(embedding)));
    }

    public async ValueTask CompleteAsync()
    {
        RgbImage sheet = ImageSheet.Draw([.. _kept.Zip(explain(_kept), (entry, explanation) => (entry.Image, explanation))]);
        await sheet.SavePngAsync(path);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
