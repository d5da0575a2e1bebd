using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using NJsonSchema;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>What the repository's own manifest says is so.</summary>
public sealed class RepositoryManifestTests
{
    private static readonly string ManifestPath = Path.Combine(Repository.Root, "weights-manifest.json");
    private static readonly string SchemaPath = Path.Combine(Repository.Root, "weights-manifest.schema.json");

    [Fact]
    public void Embedded_Manifest_IsTheRepositorys()
    {
        using Stream embedded = WeightsManifest.OpenEmbedded(WeightsManifest.FileName)!;
        using var buffer = new MemoryStream();
        embedded.CopyTo(buffer);
        Assert.Equal(File.ReadAllBytes(ManifestPath), buffer.ToArray());
        Assert.Equal(WeightsManifest.Embedded.Models, ScottModels.List());
        Assert.Contains(ScottModels.List(), model => model.Id == "scott-12-16-224");
        Assert.Contains(ScottModels.List(), model => model.Id == "scott-7-16-224");
    }

    [Fact]
    public void Files_Every_HaveTheirLengthAndHash() => Assert.All(
        WeightsManifest.Embedded.Models.Where(model => model.HasWeights),
        model =>
        {
            byte[] bytes = File.ReadAllBytes(PathOf(model));
            Assert.Equal((model.Weights.Bytes, model.Weights.Sha256), (bytes.Length, TinyModel.Hash(bytes)));
        });

    /// <summary>Who has stored vectors of an earlier revision can still compute more.</summary>
    [Fact]
    public async Task FromPretrained_EarlierRevision_IsThatOfItsCard()
    {
        using var folder = new TemporaryFolder();
        var options = new ZooOptions { Revision = "1", Manifests = [ManifestPath], CacheFolder = folder.Path };
        ScottModel first = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, options);
        ScottModel current = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, options with { Revision = null });
        ScottModel second = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, options with { Revision = "2" });
        Assert.Equal(("1", "2", "3"), (first.Metadata.Revision, second.Metadata.Revision, current.Metadata.Revision));
        Assert.Equal("7814d7f9872a07116eabeb839f28b1b8ed4763083a925920e409be6d333ed733", first.Checksum);
        Assert.Equal("87efda7a94d12a363cf0324c2ba8de6635f5b9e7407a7b5e235ae872325af96d", second.Checksum);
        Assert.Equal(3, new[] { first, second, current }.Select(model => model.Checksum).Distinct().Count());
    }

    [Fact]
    public async Task Weights_Every_AreOfTheArchitectureAndTypeListed()
    {
        foreach (ManifestModel model in WeightsManifest.Embedded.Models.Where(model => model.HasWeights))
        {
            ScottModel read = await ScottModel.FromFileAsync(
                PathOf(model), new ModelFileOptions { Architecture = model.Architecture, Preprocessing = model.Preprocessing });
            Assert.Equal((model.Preprocessing, model.Parameters), (read.Preprocessing, read.TrainableParameters));
            Assert.Contains(read.Weights, weight => weight.DType.SafetensorsName() == model.Weights.DType);
        }
    }

    [Fact]
    public void EmbeddedModels_Every_AreInThePackage() => Assert.All(
        WeightsManifest.Embedded.Models.Where(model => model.Sources.Any(source => source.Kind == ManifestSourceKind.Embedded)),
        model =>
        {
            using Stream? stream = WeightsManifest.OpenEmbedded(model.Weights.Name);
            Assert.Equal(model.Weights.Bytes, stream?.Length);
        });

    /// <summary>What an app leaves out with <c>ScottEmbeddedModels=false</c>.</summary>
    [Fact]
    public void Substitutions_RemoveTheWeightsOfEveryEmbeddedModel()
    {
        using Stream file = typeof(WeightsManifest).Assembly.GetManifestResourceStream("ILLink.Substitutions.xml")!;
        IEnumerable<string> removed = XDocument.Load(file).Descendants("resource").Select(resource => (string)resource.Attribute("name")!);
        Assert.Equal(
            WeightsManifest.Embedded.Models
                .Where(model => model.Sources.Any(source => source.Kind == ManifestSourceKind.Embedded))
                .Select(model => $"Scott.Models.Zoo/{model.Weights.Name}"),
            removed);
    }

    [Fact]
    public void Architectures_Every_AreTheCodes() => Assert.All(WeightsManifest.Embedded.Models, model =>
    {
        if (model.HubRepository is null)
        {
            // An id is the name of its architecture, or that name and how the weights differ.
            string name = ScottArchitectures.Names.Single(name => model.Id == name || model.Id.StartsWith($"{name}-", StringComparison.Ordinal));
            Assert.Equal(ScottArchitectures.Get(name), model.Architecture);
            Assert.Equal(PreprocessingSpec.ForImage(model.Architecture.ImagePixels), model.Preprocessing);
        }

        long parameters = BackboneLayout.Backbone(model.Architecture).Where(spec => spec.IsTrained).Sum(spec => (long)spec.ElementCount);
        Assert.Equal(parameters, model.Parameters);
    });

    /// <summary>What the authors' published configurations say, as facts; the hub itself was never asked.</summary>
    [Theory]
    [InlineData("dinov2-small", "dinov2", 384, 6)]
    [InlineData("dinov2-base", "dinov2", 768, 12)]
    [InlineData("dinov2-with-registers-small", "dinov2_with_registers", 384, 6)]
    [InlineData("dinov2-with-registers-base", "dinov2_with_registers", 768, 12)]
    public void HubModels_DinoV2_AreWhatTheirConfigurationsSay(string id, string type, int width, int heads)
    {
        string config = $$"""
            {
              "model_type": "{{type}}", "hidden_size": {{width}}, "num_attention_heads": {{heads}}, "num_hidden_layers": 12, "mlp_ratio": 4,
              "image_size": 518, "patch_size": 14, "hidden_act": "gelu", "layer_norm_eps": 1e-06, "qkv_bias": true, "use_swiglu_ffn": false
            }
            """;
        const string Preprocessing = """
            {
              "image_processor_type": "BitImageProcessor", "size": { "shortest_edge": 256 }, "crop_size": { "height": 224, "width": 224 },
              "resample": 3, "do_center_crop": true, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]
            }
            """;
        ManifestModel model = WeightsManifest.Embedded.Models.Single(model => model.Id == id);
        (ScottArchitecture architecture, _) = TransformersConfiguration.Read(ConfigurationNode.Parse(id, Encoding.UTF8.GetBytes(config)));
        Assert.Equal(model.Architecture, architecture with { ImagePixels = 224 });
        Assert.Equal(
            type == "dinov2" ? PositionResampling.Plain : PositionResampling.Antialiased, architecture.StandardVit!.PositionResampling);
        Assert.Equal(model.Preprocessing, TransformersPreprocessing.Read(ConfigurationNode.Parse(id, Encoding.UTF8.GetBytes(Preprocessing))));
        Assert.Equal(("facebook/" + id, "main"), (model.HubRepository, model.Revision));
    }

    [Fact]
    public async Task Schema_RepositorysManifest_IsValid()
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(SchemaPath);
        Assert.Empty(schema.Validate(await File.ReadAllTextAsync(ManifestPath)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("license", false)]
    [InlineData("sources", false)]
    [InlineData("id", false)]
    [InlineData("deprecation", true)]
    public async Task Schema_ModelWithout_IsJudgedAsTheReaderDoes(string member, bool isValid)
    {
        JsonObject model = ManifestJson.Model(ManifestJson.Embedded(), ManifestJson.Relative("weights/"), ManifestJson.Mirror("https://x.example/"));
        model.Remove(member);
        string json = ManifestJson.Of(model).ToJsonString();
        JsonSchema schema = await JsonSchema.FromFileAsync(SchemaPath);
        Assert.Equal(isValid, schema.Validate(json).Count == 0);
        Exception? refused = Record.Exception(() => WeightsManifest.Parse(json, "test"));
        Assert.Equal(isValid, refused is null);
    }

    [Theory]
    [InlineData("name", "\"../x.safetensors\"")]
    [InlineData("sha256", "\"abc\"")]
    [InlineData("bytes", "0")]
    [InlineData("dtype", "\"I8\"")]
    public async Task Schema_WrongFile_IsRefused(string member, string value)
    {
        JsonObject model = ManifestJson.Model(ManifestJson.Embedded());
        model["files"]![0]![member] = JsonNode.Parse(value);
        JsonSchema schema = await JsonSchema.FromFileAsync(SchemaPath);
        Assert.NotEmpty(schema.Validate(ManifestJson.Of(model).ToJsonString()));
    }

    private static string PathOf(ManifestModel model)
    {
        ManifestSource source = model.Sources.Single(source => source.Kind == ManifestSourceKind.Relative);
        return Path.Combine(Repository.Root, source.Address, model.Weights.Name);
    }
}
