using System.Security.Cryptography;
using System.Text;

namespace Scott.Models.Cli;

/// <summary>Lets one process at a time change a file of classes. The image search sample compiles this file too, so that both take the same lock.
/// </summary>
internal static class ClassesLock
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until no other process of this user on this machine changes the file. The lock is a file of the temporary folder that
    /// stays.</summary>
    /// <param name="path">The file of the classes.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The lock; dispose of it to release it.</returns>
    public static async Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        string name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\n{OneText(path)}")));
        string file = Path.Combine(Path.GetTempPath(), $"scott-classes-{name}.lock");
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                await Task.Delay(BetweenAttempts, cancellationToken);
            }
        }
    }

    /// <summary>One text for one file, where paths do not differ by case.</summary>
    private static string OneText(string path)
    {
        string full = Path.GetFullPath(path);
        return OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? full.ToUpperInvariant() : full;
    }
}
