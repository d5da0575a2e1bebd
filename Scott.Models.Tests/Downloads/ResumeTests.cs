using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Scott.Models.Downloads;
using Scott.Models.Tests.Processes;
using Scott.Models.Tests.Zoo;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Downloads;

/// <summary>What was received is not asked for again, and never mixed with bytes of another file.</summary>
public sealed class ResumeTests
{
    [Fact]
    public void PartOrigin_OfAModel_IsReadAndWrittenAsBefore()
    {
        const string Before = """{"source":"https://a.example/x","eTag":"\u0022v1\u0022","bytes":7,"sha256":"00"}""";
        PartOrigin read = JsonSerializer.Deserialize(Before, PartOriginJson.Default.PartOrigin)!;
        Assert.Equal(new PartOrigin("https://a.example/x", "\"v1\"", null, 7, "00"), read);
        Assert.Equal(Before, JsonSerializer.Serialize(read, PartOriginJson.Default.PartOrigin));
    }

    private static readonly int Half = TinyModel.Bytes.Length / 2;

    [Fact]
    public async Task Download_BrokenConnection_ResumesWhereItBroke()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => fixture.Server.Requests.Count == 1
            ? fixture.SendAndBreakAsync(context, TinyModel.Bytes, Half)
            : ModelServer.SendAsync(context, TinyModel.Bytes);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(($"bytes={Half}-", ModelServer.Tag), (fixture.Server.Requests[1].Range, fixture.Server.Requests[1].IfRange));
    }

    [Fact]
    public async Task Download_FileChangedMidway_BeginsAnew()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => fixture.Server.Requests.Count == 1
            ? fixture.SendAndBreakAsync(context, TinyModel.Spoiled().Reverse().ToArray(), Half, "\"old\"")
            : ModelServer.SendAsync(context, TinyModel.Bytes, "\"new\"");
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task Download_FileChangedAndConditionIgnored_BeginsAnew()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context =>
        {
            context.Request.Headers.IfRange = default;
            return fixture.Server.Requests.Count == 1
                ? fixture.SendAndBreakAsync(context, TinyModel.Spoiled().Reverse().ToArray(), Half, "\"old\"")
                : ModelServer.SendAsync(context, TinyModel.Bytes, "\"new\"");
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal([string.Empty, $"bytes={Half}-", string.Empty], fixture.Server.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task Download_ServerWithoutRanges_BeginsAnew()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context =>
        {
            context.Request.Headers.Range = default;
            return fixture.Server.Requests.Count == 1
                ? fixture.SendAndBreakAsync(context, TinyModel.Bytes, Half)
                : ModelServer.SendAsync(context, TinyModel.Bytes);
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task Download_RangeFromElsewhere_IsNotAppended()
    {
        await using ZooFixture fixture = await StartWithPartAsync(TinyModel.Bytes[..Half]);
        fixture.Server.Answer = async context =>
        {
            if (context.Request.Headers.Range.Count > 0)
            {
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ContentRange = $"bytes 0-{TinyModel.Bytes.Length - 1}/{TinyModel.Bytes.Length}";
            }

            await context.Response.Body.WriteAsync(TinyModel.Bytes);
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_RangeNotSatisfiable_BeginsAnew()
    {
        await using ZooFixture fixture = await StartWithPartAsync(TinyModel.Bytes[..Half]);
        fixture.Server.Answer = context =>
        {
            if (context.Request.Headers.Range.Count == 0)
                return ModelServer.SendAsync(context, TinyModel.Bytes);

            context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return Task.CompletedTask;
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task FromPretrained_HalfFinishedPart_ResumesFromIt()
    {
        await using ZooFixture fixture = await StartWithPartAsync(TinyModel.Bytes[..Half]);
        ScottModel model = await ScottModel.FromPretrainedAsync(TinyModel.Id, fixture.Options);
        Assert.Equal((TinyModel.Id, TinyModel.Revision), (model.Metadata.Id, model.Metadata.Revision));
        fixture.AssertWhole();
        ServerRequest request = Assert.Single(fixture.Server.Requests);
        Assert.Equal(($"bytes={Half}-", ModelServer.Tag), (request.Range, request.IfRange));
    }

    [Fact]
    public async Task Download_PartOfUnknownOrigin_IsJudgedByTheHash()
    {
        await using ZooFixture fixture = await StartWithPartAsync(TinyModel.Bytes[..Half]);
        await File.WriteAllTextAsync(fixture.Part + ".json", "{\"source\":");
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(($"bytes={Half}-", string.Empty), (fixture.Server.Requests[0].Range, fixture.Server.Requests[0].IfRange));
    }

    [Fact]
    public async Task Download_PartThatIsWrong_BeginsAnew()
    {
        await using ZooFixture fixture = await StartWithPartAsync(new byte[Half]);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal([$"bytes={Half}-", string.Empty], fixture.Server.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task Download_PartOfOtherBytesInTheManifest_BeginsAnew()
    {
        await using ZooFixture fixture = await StartWithPartAsync(TinyModel.Bytes[..Half], sha256: new string('0', 64));
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(string.Empty, Assert.Single(fixture.Server.Requests).Range);
    }

    [Fact]
    public async Task Download_WholePart_IsPublishedWithoutTheNetwork()
    {
        await using ZooFixture fixture = await StartWithPartAsync(TinyModel.Bytes);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Empty(fixture.Server.Requests);
    }

    [Fact]
    public async Task Download_PartOfAnotherMirror_ResumesWithThisOne()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await using ModelServer broken = await ModelServer.StartAsync();
        broken.Answer = context => broken.Requests.Count == 1
            ? fixture.SendAndBreakAsync(context, TinyModel.Bytes, Half)
            : Task.FromResult(context.Response.StatusCode = StatusCodes.Status404NotFound);
        fixture.WriteManifest(ManifestJson.Mirror(broken.Address), ManifestJson.Mirror(fixture.Server.Address));
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(($"bytes={Half}-", string.Empty), (fixture.Server.Requests[0].Range, fixture.Server.Requests[0].IfRange));
    }

    [Fact]
    public async Task Download_Canceled_LeavesAPartToResumeFrom()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = async context =>
        {
            await ModelServer.SendAsync(context, TinyModel.Bytes, stopAfter: Half);
            await ModelServer.HangAsync(context);
        };
        using var cancellation = new CancellationTokenSource();
        Task download = fixture.DownloadAsync(cancellationToken: cancellation.Token);
        await fixture.PartReachesAsync(Half);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        fixture.AssertNotPublished();
        CachedFile part = Assert.Single(Assert.Single(ScottModels.ListCache(fixture.Options)).Files);
        Assert.Equal((TinyModel.FileName, (long)Half, true), (part.Name, part.Bytes, part.IsPartial));

        fixture.Server.Answer = context => ModelServer.SendAsync(context, TinyModel.Bytes);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal($"bytes={Half}-", fixture.Server.Requests[^1].Range);
    }

    [Fact]
    public async Task Download_ProcessKilledMidway_AnotherResumes()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = async context =>
        {
            bool isFirst = fixture.Server.Requests.Count == 1;
            await ModelServer.SendAsync(context, TinyModel.Bytes, stopAfter: isFirst ? Half : null);
            await (isFirst ? ModelServer.HangAsync(context) : Task.CompletedTask);
        };
        using (RunningChild child = RunningChild.OfDotnet(FetchingChild.Arguments(fixture)))
        {
            await fixture.PartReachesAsync(Half);
            await child.KillAsync();
        }

        fixture.AssertNotPublished();
        ChildResult second = await ChildProcess.RunAsync("dotnet", FetchingChild.Arguments(fixture));
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Equal(TinyModel.Sha256, second.Output.Trim());
        fixture.AssertWhole();
        Assert.Equal(($"bytes={Half}-", ModelServer.Tag), (fixture.Server.Requests[1].Range, fixture.Server.Requests[1].IfRange));
    }

    /// <summary>A cache as an earlier process left it.</summary>
    private static async Task<ZooFixture> StartWithPartAsync(byte[] bytes, string? sha256 = null)
    {
        ZooFixture fixture = await ZooFixture.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.Part)!);
        await File.WriteAllBytesAsync(fixture.Part, bytes);
        var origin = new PartOrigin(
            fixture.Server.Address + TinyModel.FileName, ModelServer.Tag, null, TinyModel.Bytes.Length, sha256 ?? TinyModel.Sha256);
        await File.WriteAllBytesAsync(fixture.Part + ".json", JsonSerializer.SerializeToUtf8Bytes(origin, PartOriginJson.Default.PartOrigin));
        return fixture;
    }
}
