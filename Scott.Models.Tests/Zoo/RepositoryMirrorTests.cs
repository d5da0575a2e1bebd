using Microsoft.AspNetCore.Http;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>The repository's manifest and <c>weights/</c>, served as a mirror of one's own would serve them.</summary>
public sealed class RepositoryMirrorTests
{
    private static readonly ManifestModel Published = WeightsManifest.Embedded.Models.First(
        model => model.HasWeights && model.Sources.All(source => source.Kind != ManifestSourceKind.Embedded));

    [Fact]
    public async Task FromPretrained_ConnectionLostHalfWay_GoesOnToTheRightFile()
    {
        using var folder = new TemporaryFolder();
        await using ModelServer server = await ModelServer.StartAsync();
        byte[] weights = File.ReadAllBytes(Path.Combine(Repository.Root, "weights", Published.Weights.Name));
        server.Answer = context => AnswerAsync(context, weights, isFirst: server.Requests.Count(request => request.Path.StartsWith("/weights/", StringComparison.Ordinal)) == 1);
        var options = new ZooOptions { Manifests = [server.Address + "weights-manifest.json"], CacheFolder = folder.Path, RetryDelay = TimeSpan.FromMilliseconds(5) };
        ScottModel model = await ScottModel.FromPretrainedAsync(Published.Id, options);
        Assert.Equal((Published.Id, Published.Architecture), (model.Metadata.Id, model.Architecture));
        Assert.Equal(FileCondition.Sound, Assert.Single((await ScottModels.VerifyAsync(Published.Id, options)).Files).Condition);
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.safetensors*", SearchOption.AllDirectories));
        Assert.Equal(Published.Weights.Sha256, TinyModel.Hash(File.ReadAllBytes(file)));
        Assert.Contains(server.Requests, request => request.Range.StartsWith("bytes=", StringComparison.Ordinal));
    }

    private static async Task AnswerAsync(HttpContext context, byte[] weights, bool isFirst)
    {
        string path = context.Request.Path.Value![1..];
        if (path != "weights/" + Published.Weights.Name)
        {
            await ModelServer.SendAsync(context, File.ReadAllBytes(Path.Combine(Repository.Root, path)));
            return;
        }

        await ModelServer.SendAsync(context, weights, stopAfter: isFirst ? weights.Length / 2 : null);
        if (isFirst)
        {
            await Task.Delay(200); // so that the half is with the client
            context.Abort();
        }
    }
}
