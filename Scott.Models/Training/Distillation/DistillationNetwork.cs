using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>A student, and the projections of its features to the teacher's, which are thrown away after the run. Owns all of it.</summary>
internal sealed class DistillationNetwork : nn.Module
{
    private const string VectorHeadName = "vector_head";
    private const string TokenHeadName = "token_head";

    [ComponentName(Name = "backbone")] private readonly Backbone _backbone;
    [ComponentName(Name = VectorHeadName)] private readonly LinearProjection _vectorHead;
    [ComponentName(Name = TokenHeadName)] private readonly LinearProjection? _tokenHead;
    [ComponentName(Name = "predictor")] private readonly Predictor? _predictor;

    /// <summary>The student with the model's weights, and fresh projections; in training mode. A token width of 0 means no projection of
    /// tokens.</summary>
    public DistillationNetwork(ScottModel model, int vectorLength, int tokenWidth, DistillationOptions options, TorchDevice device)
        : base(nameof(DistillationNetwork))
    {
        ScottArchitecture architecture = model.Architecture;
        (int width, bool hasPredictor) = (architecture.EmbeddingWidth, options.JepaWeight > 0);
        _backbone = Backbone.Create(architecture, model.Weights, device);
        WeightSet fresh = WeightSpec.Initialize(
        [
            .. WeightSpec.Linear(VectorHeadName, width, vectorLength),
            .. tokenWidth > 0 ? WeightSpec.Linear(TokenHeadName, width, tokenWidth) : [],
        ], options.Seed);
        LinearProjection Project(string name, int length) => ModuleWeights.Place(
            new LinearProjection(width, length, hasBias: true), fresh.StripPrefix($"{name}."), _backbone.Device);
        _vectorHead = Project(VectorHeadName, vectorLength);
        _tokenHead = tokenWidth > 0 ? Project(TokenHeadName, tokenWidth) : null;
        _predictor = hasPredictor
            ? Predictor.Create(
                architecture, Predictor.DefaultDepth, Predictor.InitialWeights(architecture, Predictor.DefaultDepth, options.Seed), device)
            : null;
        RegisterComponents();
        train();
    }

    public Backbone Backbone => _backbone;
    public LinearProjection VectorHead => _vectorHead;
    public LinearProjection? TokenHead => _tokenHead;
    public Predictor? Predictor => _predictor;

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
