using System.Runtime.InteropServices;
using System.Text.Json;
using Scott.Models.Torch;
using Scott.Models.Weights;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Parity;

/// <summary>One file of a backbone's golden numbers: its configuration, weights, inputs, outputs and gradients.</summary>
internal sealed class BackboneCase
{
    private readonly WeightSet _tensors;

    public BackboneCase(string path)
    {
        SafetensorsContent content = ParityCases.Read(path);
        _tensors = content.Tensors;
        using JsonDocument document = JsonDocument.Parse(content.Metadata["config"]);
        JsonElement config = document.RootElement;
        PredictorDepth = config.GetProperty("predictor_depth").GetInt32();
        Architecture = new ScottArchitecture
        {
            Tokenizer = config.GetProperty("name").GetString() == "scott" ? TokenizerKind.Scott : TokenizerKind.Vit,
            ImagePixels = config.GetProperty("img_size").GetInt32(),
            PatchPixels = config.GetProperty("patch_size").GetInt32(),
            EmbeddingWidth = config.GetProperty("embed_dim").GetInt32(),
            Depth = config.GetProperty("depth").GetInt32(),
            Heads = config.GetProperty("num_heads").GetInt32(),
            FeedForward = config.GetProperty("ffn_layer").GetString() == "swiglu" ? FeedForwardKind.SwiGlu : FeedForwardKind.Mlp,
            MlpRatio = config.GetProperty("mlp_ratio").GetDouble() is var ratio and > 0 ? ratio : 4,
            RegisterTokens = config.GetProperty("num_register_tokens").GetInt32(),
            DropoutRate = 0,
            AttentionDropoutRate = 0,
            StochasticDepthRate = 0,
        };
    }

    /// <summary>The case beside a checkpoint that has exactly its weights.</summary>
    public static BackboneCase ForCheckpoint(string path, WeightSet read) => Directory
        .EnumerateFiles(Path.GetDirectoryName(path)!, "*.safetensors")
        .Where(candidate => ParityCases.Read(candidate).Metadata.TryGetValue("kind", out string? kind) && kind == "backbone")
        .Select(candidate => new BackboneCase(candidate))
        .FirstOrDefault(candidate => candidate.State.Count == read.Count
            && candidate.State.All(weight => read.TryGet(weight.Name, out WeightTensor? found)
                && found.Shape.SequenceEqual(weight.Shape)
                && found.Data.Span.SequenceEqual(weight.Data.Span)))
        ?? throw new InvalidOperationException($"No backbone case beside '{path}' has exactly the weights read from it.");

    public ScottArchitecture Architecture { get; }

    public int PredictorDepth { get; }

    public WeightSet State => _tensors.StripPrefix("state.");

    public WeightSet PredictorState => _tensors.StripPrefix("predictor.");

    public WeightTensor this[string name] => _tensors[name];

    public bool Has(string name) => _tensors.TryGet(name, out _);

    public WeightSet StripPrefix(string prefix) => _tensors.StripPrefix(prefix);

    public Tensor Input(string name) => tensor(_tensors[name].ToArray(), _tensors[name].Shape);

    public Tensor KeepMask() => tensor(MemoryMarshal.Cast<byte, int>(_tensors["keep"].Data.Span).ToArray(), _tensors["keep"].Shape);

    public Backbone CreateBackbone() => Backbone.Create(Architecture, State, TorchDevice.Cpu);

    public Predictor CreatePredictor() => Predictor.Create(Architecture, PredictorDepth, PredictorState, TorchDevice.Cpu);
}
