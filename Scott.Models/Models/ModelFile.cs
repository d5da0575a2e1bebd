using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Tells the kinds of model file apart by their first bytes.</summary>
internal static class ModelFile
{
    public static async Task<bool> IsPyTorchAsync(string path, CancellationToken cancellationToken)
    {
        PlainFile.RequireReadable(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        byte[] start = new byte[9];
        int read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

        // A safetensors header can be 0x80 bytes long, so its length starts like a pickle; the brace behind the length settles it.
        return PyTorchCheckpoint.Recognizes(start.AsSpan(0, read)) && start[SafetensorsFile.LengthPrefixBytes] != (byte)'{';
    }
}
