using System.Text;

namespace Scott.Models.Cli;

/// <summary>What made the vectors of a file, as JSON beside it: <c>NAME.fingerprint.json</c>.</summary>
internal sealed class FingerprintFile(string path, VectorFingerprint fingerprint) : IAsyncDisposable
{
    private readonly GrowingFile _file = new(path + ".fingerprint.json");

    public async Task PublishAsync()
    {
        await _file.WriteAsync(Encoding.UTF8.GetBytes(fingerprint.ToJson() + "\n"));
        _file.Commit();
        await _file.PublishAsync();
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
