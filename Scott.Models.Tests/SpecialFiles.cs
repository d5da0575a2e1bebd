using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Scott.Models.Tests;

/// <summary>Makes what stands in folders beside files, on systems that have it.</summary>
internal static partial class SpecialFiles
{
    private const uint OwnerOnly = 0x180;

    /// <summary>A pipe that nobody writes into: to open it would block.</summary>
    public static string Pipe(string path) => MakePipe(path, OwnerOnly) == 0 ? path : throw new IOException($"No pipe at '{path}'.");

    /// <summary>A socket, which goes when it is disposed of.</summary>
    public static Socket Socket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
