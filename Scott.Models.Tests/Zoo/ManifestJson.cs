using System.Text.Json.Nodes;

namespace Scott.Models.Tests.Zoo;

/// <summary>Manifests as JSON, for tests to change and spoil.</summary>
internal static class ManifestJson
{
    public static JsonObject Of(params JsonObject[] models) => new() { ["schemaVersion"] = 1, ["models"] = new JsonArray([.. models]) };

    /// <summary>The tiny model, from these sources.</summary>
    public static JsonObject Model(params JsonObject[] sources) => new()
    {
        ["id"] = TinyModel.Id,
        ["revision"] = TinyModel.Revision,
        ["architecture"] = JsonNode.Parse(Architectures.Tiny.ToJson()),
        ["preprocessing"] = JsonNode.Parse(PreprocessingSpec.ForImage(Architectures.Tiny.ImagePixels).ToJson()),
        ["parameters"] = ScottModel.Create(Architectures.Tiny, seed: 5).TrainableParameters,
        ["files"] = new JsonArray(new JsonObject
        {
            ["name"] = TinyModel.FileName,
            ["bytes"] = TinyModel.Bytes.Length,
            ["sha256"] = TinyModel.Sha256,
            ["dtype"] = "F32",
        }),
        ["sources"] = new JsonArray([.. sources]),
        ["license"] = "MIT",
        ["trainingData"] = "none",
        ["trainingDataLicense"] = "CC0-1.0",
        ["recipe"] = "initialized",
        ["command"] = "none",
        ["minimumPackageVersion"] = "0.1.0",
        ["metrics"] = new JsonArray(new JsonObject { ["name"] = "knn", ["value"] = 0.5, ["standardDeviation"] = 0.01, ["command"] = "measure" }),
    };

    public static JsonObject Embedded() => new() { ["kind"] = "embedded" };

    public static JsonObject Relative(string folder) => new() { ["kind"] = "relative", ["address"] = folder };

    public static JsonObject Mirror(string address) => new() { ["kind"] = "mirror", ["address"] = address };
}
