using System.Diagnostics;

namespace Scott.Models.Tests;

/// <summary>Makes what .NET cannot make: pipes and hard links.</summary>
internal static class UnixFiles
{
    public static void SkipElsewhere() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes and planted links are tested on Unix.");

    public static string Pipe(string path)
    {
        Run("mkfifo", path);
        return path;
    }

    public static void HardLink(string existing, string path) => Run("ln", existing, path);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
