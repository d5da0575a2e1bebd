using System.Text.Json.Nodes;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

public sealed class WeightsManifestTests
{
    /// <summary>A member, what it is set to as JSON (null: it is taken away), the path in the error, and its reason.</summary>
    public static TheoryData<string, string?, string, string> Faults { get; } = new()
    {
        { "schemaVersion", null, "schemaVersion", "is missing; expected a whole number." },
        { "schemaVersion", "2", "schemaVersion", "is 2; this package reads 1. Update Scott.Models." },
        { "models", null, "models", "is missing; expected an array." },
        { "models", "{}", "models", "is an object; expected an array." },
        { "models[0]", "7", "models[0]", "is 7; expected an object." },
        { "models[0].id", null, "models[0].id", "is missing; expected a text." },
        { "models[0].id", "\"../../etc\"", "models[0].id", "is '../../etc'; expected" },
        { "models[0].id", "\"..\"", "models[0].id", "is '..'; expected" },
        { "models[0].id", "\"a/b\"", "models[0].id", "is 'a/b'; expected" },
        { "models[0].id", "\"Tiny\"", "models[0].id", "is 'Tiny'; expected" },
        { "models[0].id", "\"nul\"", "models[0].id", "is 'nul'; expected" },
        { "models[0].revision", "\"..\\\\x\"", "models[0].revision", "is '..\\x'; expected" },
        { "models[0].revision", "\".locks\"", "models[0].revision", "is '.locks'; expected" },
        { "models[0].revision", "5", "models[0].revision", "is 5; expected a text that is not empty." },
        { "models[0].architecture", null, "models[0].architecture", "is missing; expected an object." },
        { "models[0].architecture", "null", "models[0].architecture", "cannot be read: It is null" },
        { "models[0].architecture.depth", "0", "models[0].architecture", "is not valid: Depth is 0; expected 1 to 256." },
        { "models[0].architecture.depth", "\"x\"", "models[0].architecture.depth", "cannot be read: " },
        { "models[0].preprocessing.imagePixels", "32", "models[0].preprocessing.imagePixels", "is 32; expected the architecture's, 64." },
        { "models[0].parameters", "0", "models[0].parameters", "is 0; expected a whole number of at least 1." },
        { "models[0].parameters", "1", "models[0].parameters", "is 1; expected 142560, which the architecture has." },
        { "models[0].architecture.embeddingWidth", "64", "models[0].parameters", "is 142560; expected" },
        { "models[0].architecture.depth", "3", "models[0].parameters", "is 142560; expected" },
        { "models[0].files[0].bytes", "10", "models[0].files[0].bytes", "is 10; expected 570248 to" },
        { "models[0].files[0].bytes", "999999999999", "models[0].files[0].bytes", "is 999999999999; expected 570248 to" },
        { "models[0].files[0].name", "\"/etc/passwd.safetensors\"", "models[0].files[0].name", "is '/etc/passwd.safetensors'; expected" },
        { "models[0].files[0].name", "\"c:x.safetensors\"", "models[0].files[0].name", "is 'c:x.safetensors'; expected" },
        { "models[0].files[0].name", "\"x.part\"", "models[0].files[0].name", "are kept for unfinished downloads." },
        { "models[0].files[0].name", "\"x.bin\"", "models[0].files", "has 0 names that end in .safetensors; expected one" },
        { "models[0].files[0].bytes", "1.5", "models[0].files[0].bytes", "is 1.5; expected a whole number of at least 1." },
        { "models[0].files[0].bytes", "\"9\"", "models[0].files[0].bytes", "is \"9\"; expected a whole number of at least 1." },
        { "models[0].files[0].sha256", null, "models[0].files[0].sha256", "is missing; expected a text." },
        { "models[0].files[0].sha256", "\"ABC\"", "models[0].files[0].sha256", "is 'ABC'; expected 64 lower-case hexadecimal digits." },
        { "models[0].files[0].dtype", "\"I8\"", "models[0].files[0].dtype", "is 'I8'; expected F32, F16 or BF16." },
        { "models[0].sources", "[]", "models[0].sources", "is empty; expected at least one source for a model with files." },
        { "models[0].sources[0].kind", "\"ftp\"", "models[0].sources[0].kind", "is 'ftp'; expected embedded, relative, mirror or hub." },
        { "models[0].sources[1].address", "\"../secret/\"", "models[0].sources[1].address", "is '../secret/'; expected a folder below" },
        { "models[0].sources[1].address", "\"https://x.example/\"", "models[0].sources[1].address", "expected a folder below" },
        { "models[0].sources[2].address", "\"http://x.example/\"", "models[0].sources[2].address", "expected an https address" },
        { "models[0].sources[2].address", "\"file:///etc/\"", "models[0].sources[2].address", "expected an https address" },
        { "models[0].sources[2].address", "\"https://u:p@x.example/\"", "models[0].sources[2].address", "expected an https address" },
        { "models[0].sources[2].address", "\"https://x.example/weights\"", "models[0].sources[2].address", "that ends in '/'." },
        { "models[0].license", null, "models[0].license", "is missing; expected a text." },
        { "models[0].trainingDataLicense", "\"\"", "models[0].trainingDataLicense", "is \"\"; expected a text that is not empty." },
        { "models[0].minimumPackageVersion", "\"one\"", "models[0].minimumPackageVersion", "is 'one'; expected three numbers such as 0.1.0." },
        { "models[0].metrics[0].value", "\"good\"", "models[0].metrics[0].value", "is \"good\"; expected a finite number." },
        { "models[0].metrics[0].command", null, "models[0].metrics[0].command", "is missing; expected a text." },
        { "models[0].metrics[0].standardDeviation", "-1", "models[0].metrics[0].standardDeviation", "is -1; expected at least 0." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Parse_WrongMember_IsRefusedWithPathAndReason(string member, string? value, string path, string reason)
    {
        JsonObject manifest = Sound();
        Set(manifest, member, value);
        ManifestException error = Assert.Throws<ManifestException>(() => Parse(manifest));
        Assert.Contains(error.Faults, fault => fault.JsonPath == path && fault.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("test", error.ManifestSource);
    }

    [Theory]
    [InlineData("[]", "it is a JSON Array; expected an object.")]
    [InlineData("{", "it is not JSON: ")]
    [InlineData("{\"schemaVersion\":1,\"schemaVersion\":1,\"models\":[]}", "it is not JSON: ")]
    [InlineData("", "it is not JSON: ")]
    public void Parse_NotAManifest_IsRefused(string json, string reason) => Assert.Contains(
        reason, Assert.Throws<ManifestException>(() => WeightsManifest.Parse(json, "test")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_TextThatIsNoUnicode_IsRefused()
    {
        string json = Sound().ToJsonString().Replace("\"r1\"", "\"\\ud800\"", StringComparison.Ordinal);
        ManifestException error = Assert.Throws<ManifestException>(() => WeightsManifest.Parse(json, "test"));
        Assert.Equal("models[0].revision is \"\\ud800\"; expected a text that is not empty.", Assert.Single(error.Faults).ToString());
    }

    [Fact]
    public void Parse_SeveralFaults_ListsAll()
    {
        JsonObject manifest = Sound();
        Set(manifest, "models[0].id", "\"..\"");
        Set(manifest, "models[0].files[0].sha256", "\"\"");
        Set(manifest, "models[0].license", null);
        ManifestException error = Assert.Throws<ManifestException>(() => Parse(manifest));
        Assert.Equal(["models[0].id", "models[0].files[0].sha256", "models[0].license"], error.Faults.Select(fault => fault.JsonPath));
        Assert.Contains("3 faults", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SameRevisionTwice_IsRefused()
    {
        ManifestException error = Assert.Throws<ManifestException>(() => Parse(ManifestJson.Of(Model(), Model())));
        Assert.Equal(
            "models[1].revision is 'r1', which models[0].revision with the same id has too; expected another.",
            Assert.Single(error.Faults).ToString());
    }

    [Fact]
    public void Parse_UnknownMembers_AreIgnored()
    {
        JsonObject manifest = Sound();
        string[] owners = ["", "architecture.", "preprocessing.", "files[0].", "sources[0].", "metrics[0]."];
        foreach (string owner in owners.Select(owner => "models[0]." + owner).Prepend(""))
            Set(manifest, owner + "fromTheFuture", "{\"a\":1}");

        ManifestModel model = Assert.Single(Parse(manifest).Models);
        Assert.Equal(Architectures.Tiny, model.Architecture);
        Assert.Equal(new ManifestFile(TinyModel.FileName, TinyModel.Bytes.Length, TinyModel.Sha256, "F32"), Assert.Single(model.Files));
        Assert.Equal(new ManifestMetric("knn", 0.5, 0.01, "measure"), Assert.Single(model.Metrics));
        Assert.Equal(
            [
                new ManifestSource(ManifestSourceKind.Embedded, ""),
                new ManifestSource(ManifestSourceKind.Relative, "weights/"),
                new ManifestSource(ManifestSourceKind.Mirror, "https://x.example/weights/"),
            ],
            model.Sources);
        Assert.Equal(
            ("MIT", "none", "CC0-1.0", new Version(0, 1, 0)),
            (model.License, model.TrainingData, model.TrainingDataLicense, model.MinimumPackageVersion));
    }

    [Fact]
    public void Parse_ByteOrderMark_IsSkipped() => Assert.Single(WeightsManifest.Parse("\ufeff" + Sound().ToJsonString(), "test").Models);

    [Fact]
    public void Parse_ModelWithoutFiles_IsAnArchitectureToTrain()
    {
        JsonObject model = Model();
        string[] members =
            ["files", "sources", "license", "trainingData", "trainingDataLicense", "recipe", "command", "minimumPackageVersion", "metrics"];
        foreach (string member in members)
            model.Remove(member);

        ManifestModel read = Assert.Single(Parse(ManifestJson.Of(model)).Models);
        Assert.False(read.HasWeights);
        Assert.Equal((0L, null, null), (read.Bytes, read.License, read.MinimumPackageVersion));
    }

    [Fact]
    public void Catalog_SeveralManifests_TheLaterOneWins()
    {
        JsonObject newer = Model();
        newer["revision"] = "r2";
        JsonObject replaced = Model();
        replaced["license"] = "Apache-2.0";
        var catalog = new ModelCatalog();
        catalog.Add(Parse(ManifestJson.Of(Model(), newer)), null);
        Assert.Equal("r2", catalog.Find(TinyModel.Id, null).Model.Revision);
        catalog.Add(Parse(ManifestJson.Of(replaced)), null);
        Assert.Equal(2, catalog.Entries.Count);
        Assert.Equal(("r1", "Apache-2.0"), (catalog.Find(TinyModel.Id, null).Model.Revision, catalog.Find(TinyModel.Id, null).Model.License));
        Assert.Equal("r2", catalog.Find(TinyModel.Id, "r2").Model.Revision);
        ModelUnavailableException error = Assert.Throws<ModelUnavailableException>(() => catalog.Find(TinyModel.Id, "r3"));
        Assert.Equal((ModelUnavailableFault.UnknownRevision, TinyModel.Id), (error.Fault, error.ModelId));
        Assert.Equal(ModelUnavailableFault.UnknownModel, Assert.Throws<ModelUnavailableException>(() => catalog.Find("other", null)).Fault);
    }

    private static WeightsManifest Parse(JsonObject manifest) => WeightsManifest.Parse(manifest.ToJsonString(), "test");

    private static JsonObject Model() =>
        ManifestJson.Model(ManifestJson.Embedded(), ManifestJson.Relative("weights/"), ManifestJson.Mirror("https://x.example/weights/"));

    private static JsonObject Sound() => ManifestJson.Of(Model());

    /// <summary>Sets, or takes away, what stands at a path such as <c>models[0].id</c>.</summary>
    private static void Set(JsonObject root, string path, string? value)
    {
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        JsonNode parent = root;
        foreach (string step in steps[..^1])
            parent = step[0] == '[' ? parent[int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture)]! : parent[step]!;

        JsonNode? node = value is null ? null : JsonNode.Parse(value);
        if (steps[^1][0] == '[')
            parent[0] = node;
        else if (value is null)
            parent.AsObject().Remove(steps[^1]);
        else
            parent[steps[^1]] = node;
    }
}
