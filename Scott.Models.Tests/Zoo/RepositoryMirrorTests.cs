using Microsoft.AspNetCore.Http;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>The repository's manifest and <c>weights/</c>, served as a private mirror would serve them.</summary>
public sealed class RepositoryMirrorTests
{
    private static readonly ManifestModel Published = WeightsManifest.Embedded.Models.Single(model => model.Id == "vit-mini-112");

    [Fact]
    public async Task FromPretrained_ConnectionLostHalfWay_ResumesToTheRightFile()
    {
        using var folder = new TemporaryFolder();
        await using ModelServer server = await ModelServer.StartAsync();
        byte[] weights = File.ReadAllBytes(Path.Combine(Repository.Root, "weights", Published.Weights.Name));
        string part = Path.Combine(folder.Path, Published.Id, Published.Revision, Published.Weights.Name + ".part");
        server.Answer = context => AnswerAsync(
            context, weights, server.Requests.Count(request => request.Path.StartsWith("/weights/", StringComparison.Ordinal)) == 1 ? part : null);
        var options = new ZooOptions
        {
            Manifests = [server.Address + "weights-manifest.json"],
            CacheFolder = folder.Path,
            RetryDelay = TimeSpan.FromMilliseconds(5),
        };
        ScottModel model = await ScottModel.FromPretrainedAsync(Published.Id, options);
        Assert.Equal((Published.Id, Published.Architecture), (model.Metadata.Id, model.Architecture));
        Assert.Equal(FileCondition.Sound, Assert.Single((await ScottModels.VerifyAsync(Published.Id, options)).Files).Condition);
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.safetensors*", SearchOption.AllDirectories));
        Assert.Equal(Published.Weights.Sha256, TinyModel.Hash(File.ReadAllBytes(file)));
        Assert.Contains(server.Requests, request => request.Range.StartsWith("bytes=", StringComparison.Ordinal));
    }

    /// <param name="context">The request.</param>
    /// <param name="weights">What is asked for, if it is no other file of the repository.</param>
    /// <param name="breakPart">The connection is broken once half of the weights lies in this file; <see langword="null"/> to send all.</param>
    private static async Task AnswerAsync(HttpContext context, byte[] weights, string? breakPart)
    {
        string path = context.Request.Path.Value![1..];
        if (path != "weights/" + Published.Weights.Name)
        {
            await ModelServer.SendAsync(context, File.ReadAllBytes(Path.Combine(Repository.Root, path)));
            return;
        }

        int half = weights.Length / 2;
        await ModelServer.SendAsync(context, weights, stopAfter: breakPart is null ? null : half);
        if (breakPart is not null)
        {
            await ZooFixture.FileReachesAsync(breakPart, half);
            context.Abort();
        }
    }
}
