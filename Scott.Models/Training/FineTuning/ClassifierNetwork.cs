using Scott.Models.Torch;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>A backbone with the model's weights, and a fresh classifier's head. Owns both.</summary>
internal sealed class ClassifierNetwork : nn.Module<Tensor, Tensor>
{
    public const string BackbonePrefix = "backbone.";
    public const string HeadPrefix = "head.";

    [ComponentName(Name = "backbone")] private readonly Backbone _backbone;
    [ComponentName(Name = "head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly ClassifierHead _kind;

    public ClassifierNetwork(ScottModel model, ClassifierHead head, int classes, long seed, TorchDevice device)
        : base(nameof(ClassifierNetwork))
    {
        _backbone = Backbone.Create(model.Architecture, model.Weights, device);
        _kind = head;
        _head = ClassifierHeads.Create(head, model.Architecture.EmbeddingWidth, classes, seed, _backbone.Device);
        RegisterComponents();
    }

    public Backbone Backbone => _backbone;
    public nn.Module<Tensor, Tensor> Head => _head;

    /// <summary>Images [B, 3, H, W] → logits [B, C], of the weights' type.</summary>
    public override Tensor forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return _head.call(_backbone.ForwardNormalized(images).ForHead(_kind)).MoveToOuterDisposeScope();
    }

    /// <summary>Images [B, 3, H, W] → logits [B, C] and pooled features [B, D].</summary>
    public (Tensor Logits, Tensor Features) ForwardWithFeatures(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        NormalizedTokens tokens = _backbone.ForwardNormalized(images);
        Tensor features = tokens.Pool(_backbone.Architecture.DefaultPooling);
        return (_head.call(tokens.ForHead(_kind)).MoveToOuterDisposeScope(), features.MoveToOuterDisposeScope());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _backbone.Dispose();
            _head.Dispose();
        }

        base.Dispose(disposing);
    }
}
