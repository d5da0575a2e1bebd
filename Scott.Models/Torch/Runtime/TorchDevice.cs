using System.ComponentModel;
using TorchSharp;

namespace Scott.Models.Torch;

/// <summary>Where torch computes: <c>auto</c>, <c>cpu</c>, <c>cuda:n</c> or <c>mps</c>. Immutable; creating one does not load libtorch.</summary>
[TypeConverter(typeof(TorchDeviceConverter))]
public sealed record TorchDevice
{
    private const string CudaPrefix = "cuda:";

    private TorchDevice(string name) => Name = name;

    /// <summary>The best available device: the first CUDA GPU, otherwise Apple's GPU, otherwise the CPU.</summary>
    public static TorchDevice Auto { get; } = new("auto");

    /// <summary>The CPU.</summary>
    public static TorchDevice Cpu { get; } = new("cpu");

    /// <summary>Apple's GPU.</summary>
    public static TorchDevice Mps { get; } = new("mps");

    /// <summary>The name, which <see cref="Parse"/> reads.</summary>
    public string Name { get; }

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="index">The GPU's index, from 0.</param>
    public static TorchDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new TorchDevice(CudaPrefix + index.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reads the name of a device.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> (the first), <c>cuda:n</c> or <c>mps</c>, in any case.</param>
    /// <exception cref="FormatException">The name is none of these.</exception>
    public static TorchDevice Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string lower = name.Trim().ToLowerInvariant();
        return lower switch
        {
            "auto" => Auto,
            "cpu" => Cpu,
            "mps" => Mps,
            "cuda" => Cuda(),
            _ when lower.StartsWith(CudaPrefix, StringComparison.Ordinal)
                && int.TryParse(lower[CudaPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int index) => Cuda(index),
            _ => throw new FormatException($"'{name}' is not a device; expected auto, cpu, cuda, cuda:n or mps."),
        };
    }

    /// <summary>The devices on this machine, best first. Loads libtorch.</summary>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    public static IReadOnlyList<TorchDevice> Available()
    {
        TorchRuntime.EnsureLoaded();
        List<TorchDevice> devices = [];
        if (torch.cuda.is_available())
            devices.AddRange(Enumerable.Range(0, torch.cuda.device_count()).Select(Cuda));
        if (torch.mps_is_available())
            devices.Add(Mps);

        devices.Add(Cpu);
        return devices;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>This device, or the best one for <see cref="Auto"/>. Loads libtorch.</summary>
    /// <exception cref="DeviceNotAvailableException">This machine does not have the device; the error lists the devices that it has.</exception>
    internal TorchDevice Resolve()
    {
        IReadOnlyList<TorchDevice> available = Available();
        if (this == Auto)
            return available[0];

        return available.Contains(this) ? this : throw new DeviceNotAvailableException(Name, [.. available.Select(device => device.Name)]);
    }

    /// <summary>The resolved device as torch's own type.</summary>
    internal torch.Device ToTorch() => new(Resolve().Name);
}

/// <summary>Lets configuration give a device by name.</summary>
internal sealed class TorchDeviceConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string name ? TorchDevice.Parse(name) : base.ConvertFrom(context, culture, value);
}
