namespace Samples.Shared;

internal static partial class ExitCode
{
    /// <summary>Some images were skipped.</summary>
    public const int SomeSkipped = 1;

    /// <summary>The model or the engine did not load, nothing could be embedded, or the output could not be written.</summary>
    public const int Failed = 3;
}
