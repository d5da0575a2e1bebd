namespace Samples.Shared;

internal static partial class ExitCode
{
    /// <summary>The model, libtorch, the images or the run folder are at fault; one line says why.</summary>
    public const int Failed = 1;
}
