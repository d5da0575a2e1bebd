using System.Runtime.InteropServices;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>One line per image: the path, then the vector. What made the vectors is beside it as <c>NAME.csv.fingerprint.json</c>.</summary>
internal sealed class CsvWriter(string path, VectorFingerprint fingerprint) : IEmbeddingSink
{
    private readonly GrowingFile _fingerprint = FingerprintFile.Create(path, fingerprint);
    private readonly CsvFile _csv = new(
        path, ["path", .. Enumerable.Range(0, fingerprint.Width).Select(i => string.Create(CultureInfo.InvariantCulture, $"v{i}"))]);

    public async ValueTask AddAsync(ImageEmbedding embedding) =>
        await _csv.AddAsync([embedding.Name, .. MemoryMarshal.ToEnumerable(embedding.Vector).Select(CsvFile.Say)]);

    public async ValueTask CompleteAsync() => await GrowingFile.PublishAsync(_fingerprint, _csv.File);

    public async ValueTask DisposeAsync()
    {
        await _fingerprint.DisposeAsync();
        await _csv.DisposeAsync();
    }
}
