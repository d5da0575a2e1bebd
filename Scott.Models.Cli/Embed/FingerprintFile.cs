using System.Text;

namespace Scott.Models.Cli;

/// <summary>What made the vectors of a file, as JSON beside it: <c>NAME.fingerprint.json</c>.</summary>
internal static class FingerprintFile
{
    /// <summary>Writes it at once, so that a disk that is full later does not matter. It is still to be published.</summary>
    public static GrowingFile Create(string path, VectorFingerprint fingerprint)
    {
        var file = new GrowingFile(path + ".fingerprint.json");
        try
        {
            file.WriteAsync(Encoding.UTF8.GetBytes(fingerprint.ToJson() + "\n")).GetAwaiter().GetResult();
            file.Commit();
            return file;
        }
        catch
        {
            file.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }
}
