namespace Scott.Models.Foundation;

/// <summary>The device asked for is not on this machine, or the native package for it was not added.</summary>
public sealed class DeviceNotAvailableException : ScottException
{
    internal DeviceNotAvailableException(string requested, IReadOnlyList<string> available)
        : base($"Device '{requested}' is not available here; available: {string.Join(", ", available)}. "
            + "For CUDA, add TorchSharp-cuda-windows or TorchSharp-cuda-linux in place of TorchSharp-cpu and install NVIDIA's driver.") =>
        (Requested, Available) = (requested, available);

    /// <summary>The device asked for, for example <c>cuda:1</c>.</summary>
    public string Requested { get; }

    /// <summary>The devices that are there, best first.</summary>
    public IReadOnlyList<string> Available { get; }
}
