namespace ImageSearch;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Ended as asked.</summary>
    public const int Success = 0;

    /// <summary>The command line is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The model did not load, or the port is taken.</summary>
    public const int Failed = 1;

    /// <summary>Ctrl-C: 128 plus the number of SIGINT, as shells do.</summary>
    public const int Interrupted = 130;
}
