namespace Scott.Models;

/// <summary>This machine does not have the requested device, or the app lacks the native package for it.</summary>
public sealed class DeviceNotAvailableException : ScottException
{
    internal DeviceNotAvailableException(string requested, IReadOnlyList<string> available)
        : base($"Device '{requested}' is not available here; available: {string.Join(", ", available)}. "
            + "For CUDA, add TorchSharp-cuda-windows or TorchSharp-cuda-linux in place of TorchSharp-cpu and install NVIDIA's driver.") =>
        (Requested, Available) = (requested, available);

    /// <summary>The device asked for, for example <c>cuda:1</c>.</summary>
    public string Requested { get; }

    /// <summary>The available devices, best first.</summary>
    public IReadOnlyList<string> Available { get; }
}
