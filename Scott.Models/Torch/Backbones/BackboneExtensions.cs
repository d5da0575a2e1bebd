using Scott.Models.Torch;

namespace Scott.Models;

/// <summary>Makes a model's backbone in TorchSharp, for networks of your own: <c>model.CreateBackbone()</c>.</summary>
public static class BackboneExtensions
{
    /// <summary>The backbone as a TorchSharp module, in evaluation mode. Loads libtorch. The caller disposes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="device">Where it computes; <see cref="TorchDevice.Auto"/> if <see langword="null"/>.</param>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="DeviceNotAvailableException">This machine does not have the device.</exception>
    public static Backbone CreateBackbone(this ScottModel model, TorchDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Backbone.Create(model.Architecture, model.Weights, device ?? TorchDevice.Auto);
    }
}
