using Scott.Models.Torch;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Decides what <see cref="TrainingPrecision.Auto"/> is on a device.</summary>
internal static class TrainingPrecisions
{
    public static TrainingPrecision Resolve(this TrainingPrecision precision, TorchDevice device) => precision != TrainingPrecision.Auto
        ? precision
        : device.Resolve() == TorchDevice.Cpu && Bfloat16Support.IsInHardware ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;

    /// <param name="precision">Resolved.</param>
    public static ScalarType ToScalarType(this TrainingPrecision precision) =>
        precision == TrainingPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
}
