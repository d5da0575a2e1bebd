namespace Samples.Shared;

internal static partial class ExitCode
{
    /// <summary>The model did not load, or the port is taken.</summary>
    public const int Failed = 3;
}
