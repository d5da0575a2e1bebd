namespace Scott.Models.Cli;

/// <summary>Writes small files so that a killed process leaves the old content or the new one, never half of it.</summary>
internal static class WholeFile
{
    public static async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        string part = path + ".part";
        await File.WriteAllTextAsync(part, text, cancellationToken);
        File.Move(part, path, overwrite: true);
    }
}
