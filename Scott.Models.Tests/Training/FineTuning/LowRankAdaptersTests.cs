using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class LowRankAdaptersTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 3);

    [Fact]
    public void Attach_Fresh_ChangesNothingYet()
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone plain = Model.CreateBackbone(TorchDevice.Cpu);
        using Backbone adapted = Model.CreateBackbone(TorchDevice.Cpu);
        LowRankAdapters.Attach(adapted, rank: 4, alpha: 8, seed: 1);
        Tensor images = Images();
        Assert.Equal(plain.call(images, null).data<float>().ToArray(), adapted.call(images, null).data<float>().ToArray());
        Assert.Equal(4 * Model.Architecture.Depth, LowRankAdapters.Parameters(adapted).Count());
        Assert.Equal(plain.parameters().Count() + (4 * Model.Architecture.Depth), adapted.parameters().Count());
    }

    [Fact]
    public void Merge_TrainedAdapters_ComputesTheSame()
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone adapted = Model.CreateBackbone(TorchDevice.Cpu);
        LowRankAdapters.Attach(adapted, rank: 4, alpha: 8, seed: 1);
        using (no_grad())
        {
            foreach (Tensor parameter in LowRankAdapters.Parameters(adapted))
                parameter.normal_(0, 0.2);
        }

        WeightSet merged = LowRankAdapters.Merge(adapted);
        Assert.Equal(Model.Weights.Names.Order(StringComparer.Ordinal), merged.Names.Order(StringComparer.Ordinal));
        using Backbone plain = Backbone.Create(Model.Architecture, merged, TorchDevice.Cpu);
        using Backbone before = Model.CreateBackbone(TorchDevice.Cpu);
        Tensor images = Images();
        double Distance(Backbone other) => (adapted.call(images, null) - other.call(images, null)).abs().max().item<float>();
        Assert.InRange(Distance(plain), 0, 1e-5);
        Assert.True(Distance(before) > 1e-2);
    }

    private static Tensor Images()
    {
        using Generator generator = new(2);
        return randn([2, 3, Model.Architecture.ImagePixels, Model.Architecture.ImagePixels], generator: generator);
    }
}
