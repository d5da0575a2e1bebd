using System.Text;
using Microsoft.AspNetCore.Http;
using Scott.Models.Tests.Parity;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>What goes wrong between this machine and the Hugging Face Hub.</summary>
public sealed class HubFaultTests
{
    private const string Repository = "timm/tiny.lvd142m";

    private static string Cases => Path.Combine(ParityCases.OwnFolder, "vit");

    private static string Timm => Path.Combine(Cases, "dinov2-tiny", "timm");

    [Fact]
    public async Task FromHuggingFace_HubIsDown_UsesTheLastKnownCommitWithAWarning()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, StatusCodes.Status503ServiceUnavailable);
            return true;
        };
        var log = new LogLines();
        ScottModel model = await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Logger = log });
        Assert.Equal(HubServer.Commit, model.Metadata.Revision);
        Assert.Contains(log.Lines, line => line.Contains("the last known commit of 'main'", StringComparison.Ordinal));
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync("other/model", options: hub.Options));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_CacheThatCannotBeWritten_IsUsedAsItIs()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);

        // A file where the folder of references was: nothing can be written there, as in a read-only cache.
        string references = Path.Combine(hub.Options.CacheFolder!, ".hub");
        Directory.Delete(references, recursive: true);
        await File.WriteAllTextAsync(references, string.Empty);
        var log = new LogLines();
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Logger = log });
        Assert.Contains(log.Lines, line => line.Contains("is not kept for calls without network", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, "RepoNotFound", ModelUnavailableFault.UnknownModel, "does not exist, or is private")]
    [InlineData(404, "RepoNotFound", ModelUnavailableFault.UnknownModel, "does not exist, or is private")]
    [InlineData(404, "RevisionNotFound", ModelUnavailableFault.UnknownRevision, "no branch, tag or commit 'main'")]
    [InlineData(404, "EntryNotFound", ModelUnavailableFault.MissingFile, "has no config.json")]
    [InlineData(403, "GatedRepo", ModelUnavailableFault.AccessDenied, "gives access on request")]
    [InlineData(401, "GatedRepo", ModelUnavailableFault.AccessDenied, "gives access on request")]
    [InlineData(403, null, ModelUnavailableFault.AccessDenied, "HF_TOKEN")]
    public async Task FromHuggingFace_Refused_SaysInWordsWhatItMeans(int status, string? code, ModelUnavailableFault fault, string expected)
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, status, code);
            return true;
        };
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Single(hub.Server.Front.Requests);
    }

    [Fact]
    public void ToString_Options_NeverShowsTheToken()
    {
        string text = new ZooOptions { HubToken = "hf_secret", Revision = "v1" }.ToString();
        Assert.DoesNotContain("hf_secret", text, StringComparison.Ordinal);
        Assert.Contains("Revision = v1", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main", "no checksum")]
    [InlineData(HubServer.Commit, "was asked for")]
    public async Task FromHuggingFace_FileOfAnotherCommitOrWithoutChecksum_IsRefused(string revision, string expected)
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Intercept = context =>
        {
            context.Response.Headers["X-Repo-Commit"] = new string('a', 40);
            context.Response.ContentLength = 2;
            return true;
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, revision, hub.Options));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_UpdateBreaksOff_TheOldCommitStillLoadsOffline()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        hub.Server.Intercept = context =>
        {
            string commit = new('b', 40);
            context.Response.Headers["X-Repo-Commit"] = commit;
            context.Response.StatusCode = context.Request.Path.Value!.Contains(commit, StringComparison.Ordinal)
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK;
            return true;
        };
        await Assert.ThrowsAsync<DownloadException>(() => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        ScottModel model = await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Offline = true });
        Assert.Equal(HubServer.Commit, model.Metadata.Revision);
    }

    [Fact]
    public async Task FromHuggingFace_WrongToken_SaysSoWithoutTheToken()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, StatusCodes.Status401Unauthorized);
            return true;
        };
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { HubToken = "hf_secret" }));
        Assert.Contains("does not accept the token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_TooManyRequests_WaitsAndThenAdvisesAToken()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        int refused = 0;
        hub.Server.Intercept = context =>
        {
            if (Interlocked.Increment(ref refused) > 2)
                return false;

            HubServer.Refuse(context, StatusCodes.Status429TooManyRequests);
            context.Response.Headers.RetryAfter = "0";
            return true;
        };
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        hub.Server.Intercept = context =>
        {
            HubServer.Refuse(context, StatusCodes.Status429TooManyRequests);
            return true;
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync("other/model", options: hub.Options));
        Assert.Contains("limits requests without a token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_WrongBytes_AreNeverPublished()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        byte[] weights = await File.ReadAllBytesAsync(Path.Combine(Timm, "model.safetensors"));
        byte[] spoiled = [.. weights];
        spoiled[^1] ^= 1;
        hub.Server.Spoil(weights, spoiled);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal(HubServer.Sha256(weights), error.ExpectedSha256);
        Assert.DoesNotContain(hub.CachedFiles, path => path.EndsWith("model.safetensors", StringComparison.Ordinal));

        hub.Server.Spoil(weights, weights);
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
    }

    [Fact]
    public async Task FromHuggingFace_ConfigurationWithWrongGitChecksum_IsRefused()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        hub.Server.Intercept = context =>
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Value!.EndsWith("config.json", StringComparison.Ordinal))
                hub.Server.Replace(Repository, "config.json", Encoding.UTF8.GetBytes("{}"));

            return false;
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Contains("Git checksum", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFace_InterruptedDownload_ResumesAtTheStore()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Timm);
        byte[] weights = await File.ReadAllBytesAsync(Path.Combine(Timm, "model.safetensors"));
        Func<HttpContext, Task> whole = hub.Server.Store.Answer;
        hub.Server.Store.Answer = async context =>
        {
            await ModelServer.SendAsync(context, weights, "\"stored\"", stopAfter: weights.Length / 2);
            await ZooFixture.FileReachesAsync(hub.PartPath, weights.Length / 2);
            context.Abort();
        };
        await Assert.ThrowsAsync<DownloadException>(() => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options with { Retries = 0 }));
        hub.Server.Store.Answer = whole;
        await ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options);
        Assert.Equal(FormattableString.Invariant($"bytes={weights.Length / 2}-"), hub.Server.Store.Requests[^1].Range);
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/model.safetensors")]
    [InlineData("a/b.safetensors")]
    [InlineData("model.exe")]
    public async Task FromHuggingFace_IndexThatNamesAnotherFolder_IsRefused(string name)
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, new Dictionary<string, byte[]>
        {
            ["config.json"] = await File.ReadAllBytesAsync(Path.Combine(Timm, "config.json")),
            ["model.safetensors.index.json"] = Encoding.UTF8.GetBytes($$"""{"weight_map": {"cls_token": "{{name}}"} }"""),
        });
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal("weight_map", error.Field);
    }

    [Fact]
    public async Task FromHuggingFace_ModelThatCannotBeComputed_CostsNoDownloadOfItsWeights()
    {
        await using var hub = new HubFixture(await HubServer.StartAsync());
        hub.Server.Add(Repository, Path.Combine(Cases, "vit-tiny", "transformers"));
        string config = await File.ReadAllTextAsync(Path.Combine(Cases, "vit-tiny", "transformers", "config.json"));
        string other = config.Replace("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", StringComparison.Ordinal);
        hub.Server.Replace(Repository, "config.json", Encoding.UTF8.GetBytes(other));
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottModel.FromHuggingFaceAsync(Repository, options: hub.Options));
        Assert.Equal("hidden_act", error.Field);
        Assert.Empty(hub.Server.Store.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("https://huggingface.co/a/b")]
    public async Task FromHuggingFace_NoName_IsAnArgumentError(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ScottModel.FromHuggingFaceAsync(name));
}
