using Scott.Models.Backbones;
using Scott.Models.Configuration;
using Scott.Models.Native;
using TorchSharp;

namespace Scott.Models.Tests.Documentation;

/// <summary>The README's C# blocks, word for word, as code that compiles and runs. <see cref="ReadmeTests"/> holds the two together.</summary>
internal static class ReadmeExamples
{
    public static async Task RunAsync()
    {
        // README
        ScottModel model = ScottModel.Create("scott-mini-112", seed: 47);
        await model.SaveAsync("model.safetensors");

        ScottModel read = await ScottModel.FromFileAsync("model.safetensors");
        using Backbone backbone = read.CreateBackbone(TorchDevice.Auto);
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradient = torch.no_grad();
        torch.Tensor images = torch.zeros([1, 3, 112, 112], device: backbone.Device); // normalised as read.Preprocessing says
        torch.Tensor tokens = backbone.call(images, null); // [1, 49, 192]
        // end
        Assert.Equal([1, 49, 192], tokens.shape);

        // README
        torch.Tensor keepMask = torch.ones([1, 49], device: backbone.Device); // 1 = visible, 0 = hidden
        var details = new BackboneDetails { LastAttention = true, Blocks = new HashSet<int> { 2 } };
        using BackboneOutput output = backbone.ForwardWithDetails(images, keepMask, details);
        torch.Tensor attention = output.LastAttention!; // [1, 3, 49, 49]
        // end
        Assert.Equal([1, 3, 49, 49], attention.shape);
    }

    public static async Task ImportAsync()
    {
        // README
        var options = new ModelFileOptions { Architecture = ScottArchitectures.Get("scott-12-16-224") };
        ScottModel imported = await ScottModel.FromFileAsync("context-encoder_checkpoint.pth", options);
        ScottModel larger = imported.WithImageSize(448);
        await larger.SaveAsync("scott-12-16-448.safetensors");
        // end
        Assert.Equal(448, larger.Architecture.ImagePixels);
    }
}
