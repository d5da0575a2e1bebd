using System.Text;
using System.Text.Json.Nodes;
using Scott.Models.Foundation;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>A manifest that is wrong everywhere, or enormous, takes no more memory than its text.</summary>
[Collection(AloneTests.Name)]
public sealed class HostileManifestTests
{
    private const long Allowed = 400L << 20;

    public static TheoryData<string, string, int> Faulty { get; } = new()
    {
        { "{\"schemaVersion\":1,\"models\":[", "{},", 200_000 },
        { "{\"schemaVersion\":1,\"models\":[", "1,", 500_000 },
        { "{\"schemaVersion\":1,\"models\":[{\"id\":\"a\",\"files\":[", "{\"name\":1},", 150_000 },
        { "{\"schemaVersion\":1,\"models\":[{\"id\":\"a\",\"sources\":[", "{\"kind\":\"x\"},", 150_000 },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Parse_FaultsWithoutNumber_KeepsTheFirstAndCountsTheRest(string start, string item, int count)
    {
        int nested = start.Count(character => character == '[') - 1;
        string json = start + string.Concat(Enumerable.Repeat(item, count)).TrimEnd(',') + "]" + string.Concat(Enumerable.Repeat("}]", nested)) + "}";
        long before = GC.GetAllocatedBytesForCurrentThread();
        ManifestException error = Assert.Throws<ManifestException>(() => WeightsManifest.Parse(json, "test"));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(20, error.Faults.Count);
        Assert.True(error.FaultCount >= count, $"{error.FaultCount} faults");
        Assert.Contains($"- and {error.FaultCount - 20} more", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, Quoted.LongestMessage);

        // Half a kilobyte for each of the faults that are counted alone, none of which is kept.
        Assert.InRange(allocated, 0, Allowed * 4);
        GC.Collect();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, Allowed);
    }

    [Fact]
    public void Parse_TooManyTokens_IsRefusedBeforeADocumentIsMade()
    {
        string json = "{\"schemaVersion\":1,\"x\":[" + string.Concat(Enumerable.Repeat("1,", 5_000_000)) + "1],\"models\":[]}";
        long before = GC.GetAllocatedBytesForCurrentThread();
        ManifestException error = Assert.Throws<ManifestException>(() => WeightsManifest.Parse(json, "test"));
        Assert.Contains("it has more than 1000000 names and values", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, json.Length * 4L);
    }

    [Fact]
    public void Parse_TooDeep_IsRefused() => Assert.Contains(
        "it is not JSON", Assert.Throws<ManifestException>(
            () => WeightsManifest.Parse(new string('[', 1_000_000), "test")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_TooLong_IsRefused() => Assert.Contains(
        $"it has {(16 << 20) + 1} bytes; expected at most {16 << 20}",
        Assert.Throws<ManifestException>(() => WeightsManifest.Parse(new string(' ', (16 << 20) + 1), "test")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("id")]
    [InlineData("revision")]
    [InlineData("minimumPackageVersion")]
    [InlineData("files/name")]
    [InlineData("files/sha256")]
    [InlineData("files/dtype")]
    [InlineData("sources/kind")]
    [InlineData("sources/address")]
    [InlineData("architecture/tokenizer")]
    public void Parse_LongValue_IsQuotedShort(string member)
    {
        JsonObject model = ManifestJson.Model(ManifestJson.Mirror("https://x.example/"));
        string[] path = member.Split('/');
        JsonNode owner = path.Length == 1 ? model : model[path[0]] is JsonArray array ? array[0]! : model[path[0]]!;
        owner[path[^1]] = new string('Z', 1_000_000) + "\n";
        ManifestException error = Assert.Throws<ManifestException>(() => WeightsManifest.Parse(ManifestJson.Of(model).ToJsonString(), "test"));
        Assert.All(error.Faults, fault => Assert.InRange(fault.ToString().Length, 1, 1000));
    }

    /// <summary>What is compared with all others one by one would take minutes.</summary>
    [Fact]
    public void Parse_ManyFilesAndModels_TakesTimeInProportion()
    {
        string files = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"{{\"name\":\"f{i}\"}}"));
        string json = $"{{\"schemaVersion\":1,\"models\":[{{\"files\":[{files}]}}]}}";
        long begun = TimeProvider.System.GetTimestamp();
        Assert.Throws<ManifestException>(() => WeightsManifest.Parse(json, "test"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task List_LocalManifestOf100Megabytes_IsRefusedByItsSize()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("manifest.json");
        using (FileStream file = File.Create(path))
            file.SetLength(100_000_000);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(
            () => ScottModels.ListAsync(new ZooOptions { Manifests = [path], CacheFolder = folder.File("cache") }));
        Assert.Contains("it has 100000000 bytes; expected at most 16777216", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 50_000_000);
    }

    [Fact]
    public async Task List_PipeAsManifest_IsRefusedAndNotWaitedFor()
    {
        UnixFiles.SkipElsewhere();
        using var folder = new TemporaryFolder();
        string path = UnixFiles.Pipe(folder.File("manifest.json"));
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(
            () => ScottModels.ListAsync(new ZooOptions { Manifests = [path] }).WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("is a pipe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_FaultyRemoteManifest_IsATypedError()
    {
        await using ModelServer server = await ModelServer.StartAsync();
        byte[] json = Encoding.ASCII.GetBytes("{\"schemaVersion\":1,\"models\":[" + string.Concat(Enumerable.Repeat("{},", 300_000)) + "{}]}");
        server.Answer = context => ModelServer.SendAsync(context, json);
        using var folder = new TemporaryFolder();
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(
            () => ScottModels.ListAsync(new ZooOptions { Manifests = [server.Address + "m.json"], CacheFolder = folder.Path }));
        Assert.Equal(20, error.Faults.Count);
    }
}
