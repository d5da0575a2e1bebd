using System.Text;

namespace Scott.Models.Cli;

/// <summary>Writes small files so that a crash leaves the old content or the new one, never half of it.</summary>
internal static class WholeFile
{
    public static async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        string part = path + ".part";
        var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            await using (stream)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
