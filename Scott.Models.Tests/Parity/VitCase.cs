using System.Text.Json;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Parity;

/// <summary>A folder of golden numbers of a standard ViT: one naming scheme, and the numbers that all schemes share.</summary>
internal sealed class VitCase
{
    private const string GoldenFile = "golden.safetensors";

    private readonly WeightSet _golden;
    private readonly string _folder;
    private readonly JsonElement _configuration;

    public VitCase(string folder)
    {
        _folder = folder;
        SafetensorsContent content = ParityCases.Read(Path.Combine(Path.GetDirectoryName(folder)!, GoldenFile));
        _golden = content.Tensors;
        using JsonDocument document = JsonDocument.Parse(content.Metadata["configuration"]);
        _configuration = document.RootElement.Clone();
    }

    /// <summary>Every naming scheme of every case.</summary>
    public static TheoryData<string> All => Having(_ => true);

    public bool HasConfiguration => File.Exists(Path.Combine(_folder, "config.json"));

    public WeightTensor this[string name] => _golden[name];

    /// <summary>Every naming scheme of every case that is as wanted.</summary>
    public static TheoryData<string> Having(Predicate<VitCase> isWanted) =>
    [
        .. ParityCases.Folders("vit")
            .SelectMany(Directory.EnumerateDirectories)
            .Where(folder => File.Exists(Path.Combine(folder, GoldenFile)))
            .SelectMany(Directory.EnumerateDirectories)
            .Where(folder => isWanted(new VitCase(folder)))
            .Order(StringComparer.Ordinal),
    ];

    public bool Has(string name) => _golden.TryGet(name, out _);

    /// <summary>The names before ".x": images of other sizes.</summary>
    public IEnumerable<string> OtherSizes => _golden.Names.Where(name => name.EndsWith(".x", StringComparison.Ordinal)).Select(name => name[..^2]);

    /// <summary>The files that hold the weights: in a scheme without configuration every one is read, with the golden configuration.</summary>
    public async Task<IReadOnlyList<ScottModel>> ReadModelsAsync()
    {
        if (HasConfiguration)
            return [await ScottModel.FromHuggingFaceFolderAsync(_folder)];

        var options = new ModelFileOptions { Architecture = Architecture() };
        List<ScottModel> models = [];
        foreach (string path in Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal))
            models.Add(await ScottModel.FromFileAsync(path, options));

        return models;
    }

    private ScottArchitecture Architecture()
    {
        int Number(string name, int byDefault) => _configuration.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : byDefault;
        int width = Number("width", 0);
        bool isGated = _configuration.TryGetProperty("ffn", out JsonElement ffn) && ffn.GetString()!.StartsWith("swiglu", StringComparison.Ordinal);
        return new ScottArchitecture
        {
            Tokenizer = TokenizerKind.Vit,
            ImagePixels = Number("image", 0),
            PatchPixels = Number("patch", 0),
            EmbeddingWidth = width,
            Depth = Number("depth", 0),
            Heads = Number("heads", 0),
            RegisterTokens = Number("registers", 0),
            FeedForward = isGated ? FeedForwardKind.SwiGlu : FeedForwardKind.Mlp,
            StandardVit = new StandardVit
            {
                FeedForwardWidth = isGated ? ((4 * width * 2 / 3) + 7) / 8 * 8 : 4 * width,
                HasLayerScale = _configuration.TryGetProperty("layerscale", out JsonElement scale) && scale.GetBoolean(),
                NormEpsilon = _configuration.TryGetProperty("eps", out JsonElement epsilon) ? epsilon.GetDouble() : 1e-6,
            },
        };
    }
}
