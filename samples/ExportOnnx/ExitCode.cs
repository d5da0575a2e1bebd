namespace Samples.Shared;

internal static partial class ExitCode
{
    /// <summary>The model, ONNX Runtime, the image or the output folder is at fault, or a file disagreed with the model; one line says why.</summary>
    public const int Failed = 1;
}
