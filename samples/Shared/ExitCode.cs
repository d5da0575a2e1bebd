namespace Samples.Shared;

/// <summary>What the process returns. Each sample adds the codes of its own, <c>Failed</c> among them.</summary>
internal static partial class ExitCode
{
    /// <summary>All is done.</summary>
    public const int Success = 0;

    /// <summary>The command line is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C; 128 and the number of SIGINT, as shells have it. After another signal the process returns that one's code: see <c>Interrupt</c>.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM: a container or service was stopped.</summary>
    public const int Terminated = 143;
}
