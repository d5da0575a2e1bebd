using System.ComponentModel;
using System.Globalization;

namespace Scott.Models.Torch;

/// <summary>Lets a device be named in configuration.</summary>
internal sealed class TorchDeviceConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string name ? TorchDevice.Parse(name) : base.ConvertFrom(context, culture, value);
}
