using System.Diagnostics;
using System.Net.Sockets;

namespace Scott.Models.Tests;

/// <summary>Makes what stands in folders beside plain files: pipes, sockets and hard links.</summary>
internal static class UnixFiles
{
    public static void SkipElsewhere() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes and planted links are tested on Unix.");

    public static string Pipe(string path)
    {
        Run("mkfifo", path);
        return path;
    }

    /// <summary>A socket, which goes when it is disposed of.</summary>
    public static Socket Socket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    public static void HardLink(string existing, string path) => Run("ln", existing, path);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
