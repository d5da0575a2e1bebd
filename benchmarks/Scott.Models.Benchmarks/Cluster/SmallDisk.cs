using System.Diagnostics;
using System.Globalization;

namespace Scott.Models.Benchmarks.Cluster;

/// <summary>A folder that is a file system of its own in memory, of a limited size, so that it can be filled.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Makes a disk; null where this process may not.</summary>
    public static SmallDisk? Create(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        string size = string.Create(CultureInfo.InvariantCulture, $"size={bytes}");
        return Run("mount", "-t", "tmpfs", "-o", size, "scott", folder) ? new SmallDisk(folder) : null;
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        byte[] block = new byte[1 << 16];
        using FileStream file = File.Create(Filler, bufferSize: 0);
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(Filler);

    /// <inheritdoc />
    public void Dispose() => Run("umount", "-l", Folder);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
