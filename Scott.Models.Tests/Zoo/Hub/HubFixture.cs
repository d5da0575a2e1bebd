using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>A hub and an empty cache, with waits so short that faults take no time.</summary>
internal sealed class HubFixture(HubServer server) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HubServer Server => server;

    public ZooOptions Options => new()
    {
        HubEndpoint = server.Endpoint,
        CacheFolder = _folder.File("cache"),
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaximumRetryDelay = TimeSpan.FromSeconds(2),
    };

    public IEnumerable<string> CachedFiles => Directory.EnumerateFiles(_folder.File("cache"), "*", SearchOption.AllDirectories);

    public string PartPath => Path.Combine(
        _folder.File("cache"), "hub--timm--tiny.lvd142m", HubServer.Commit, "model.safetensors.part");

    /// <summary>A manifest with one model of the hub.</summary>
    public string WriteManifest(string id, string repository, ScottModel model)
    {
        string manifest = $$"""
            {
              "schemaVersion": 1,
              "models": [
                {
                  "id": "{{id}}",
                  "revision": "main",
                  "architecture": {{model.Architecture.ToJson()}},
                  "preprocessing": {{model.Preprocessing.ToJson()}},
                  "parameters": {{model.TrainableParameters}},
                  "sources": [ { "kind": "hub", "address": "{{repository}}" } ]
                }
              ]
            }
            """;
        System.IO.File.WriteAllText(File("manifest.json"), manifest);
        return File("manifest.json");
    }

    public string File(string name) => _folder.File(name);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        _folder.Dispose();
    }
}
