using System.Text;

namespace Scott.Models.Cli;

/// <summary>Writes small files so that a crash leaves the old content or the new one, never half of it.</summary>
internal static class WholeFile
{
    public static async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var file = new GrowingFile(path);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text));
        file.Commit();
        await GrowingFile.PublishAsync(file);
    }
}
