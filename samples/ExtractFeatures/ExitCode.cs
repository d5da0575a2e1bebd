namespace ExtractFeatures;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Every picture was embedded.</summary>
    public const int Success = 0;

    /// <summary>Some pictures were skipped.</summary>
    public const int SomeSkipped = 1;

    /// <summary>The command line is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The model or the engine did not load, nothing could be embedded, or the output could not be written.</summary>
    public const int Failed = 3;

    /// <summary>Ctrl-C; 128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
