using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>A student, and the projections of its features to the teacher's, which are thrown away after the run. Owns all of it.</summary>
internal sealed class DistillationNetwork : nn.Module
{
    public const string BackbonePrefix = "backbone.";

    [ComponentName(Name = "backbone")] private readonly Backbone _backbone;
    [ComponentName(Name = "vector_head")] private readonly LinearProjection _vectorHead;
    [ComponentName(Name = "token_head")] private readonly LinearProjection? _tokenHead;
    [ComponentName(Name = "predictor")] private readonly Predictor? _predictor;

    private DistillationNetwork(ScottModel model, int vectorLength, int tokenWidth, bool hasPredictor)
        : base(nameof(DistillationNetwork))
    {
        ScottArchitecture architecture = model.Architecture;
        _backbone = Backbone.Create(architecture, model.Weights, TorchDevice.Cpu);
        _vectorHead = new LinearProjection(architecture.EmbeddingWidth, vectorLength, hasBias: true);
        _tokenHead = tokenWidth > 0 ? new LinearProjection(architecture.EmbeddingWidth, tokenWidth, hasBias: true) : null;
        _predictor = hasPredictor ? new Predictor(architecture, Predictor.DefaultDepth) : null;
        RegisterComponents();
    }

    public Backbone Backbone => _backbone;
    public LinearProjection VectorHead => _vectorHead;
    public LinearProjection? TokenHead => _tokenHead;
    public Predictor? Predictor => _predictor;

    /// <summary>The student with the model's weights, and fresh projections; in training mode. A token width of 0 means no projection of
    /// tokens.</summary>
    public static DistillationNetwork Create(ScottModel model, int vectorLength, int tokenWidth, DistillationOptions options, TorchDevice device)
    {
        Device torchDevice = device.ToTorch(); // Loads libtorch, so it comes before the first module.
        int width = model.Architecture.EmbeddingWidth;
        bool hasPredictor = options.JepaWeight > 0;
        WeightSpec[] fresh =
        [
            .. WeightSpec.Linear("vector_head", width, vectorLength),
            .. tokenWidth > 0 ? WeightSpec.Linear("token_head", width, tokenWidth) : [],
            .. hasPredictor
                ? BackboneLayout.Predictor(model.Architecture, Predictor.DefaultDepth).Select(spec => spec with { Name = "predictor." + spec.Name })
                : [],
        ];
        var weights = new WeightSet([.. model.Weights.WithPrefix(BackbonePrefix), .. WeightSpec.Initialize(fresh, options.Seed)]);
        DistillationNetwork network = ModuleWeights.Place(
            new DistillationNetwork(model, vectorLength, tokenWidth, hasPredictor), weights, torchDevice);
        network.train();
        return network;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _backbone.Dispose();
            _vectorHead.Dispose();
            _tokenHead?.Dispose();
            _predictor?.Dispose();
        }

        base.Dispose(disposing);
    }
}
