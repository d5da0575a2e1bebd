using Scott.Models.Downloads;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Zoo;

/// <summary>Many ask at once: one downloads, the others wait.</summary>
[Collection(AloneTests.Name)]
public sealed class ConcurrentDownloadTests
{
    private const int Many = 32;

    [Fact]
    public async Task FromPretrained_ManyProcessesAtOnce_EndWithOneValidFile()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = SendSlowlyAsync;
        string signal = fixture.File("go");
        Task<ChildResult>[] children = [.. Enumerable.Range(0, Many).Select(
            _ => ChildProcess.RunAsync("dotnet", FetchingChild.Arguments(fixture, signal)))];
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (FetchingChild.CountReady(signal) < Many)
            await Task.Delay(20, timeout.Token);

        await File.WriteAllTextAsync(signal, string.Empty);
        ChildResult[] results = await Task.WhenAll(children);
        Assert.All(results, result => Assert.True(result.ExitCode == 0 && result.Output.Trim() == TinyModel.Sha256, result.ToString()));
        fixture.AssertWhole();
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public async Task Download_ManyThreadsAtOnce_AskTheServerOnce()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = SendSlowlyAsync;
        await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Task.Run(() => fixture.DownloadAsync())));
        fixture.AssertWhole();
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public async Task Download_WaitingForAnother_CanBeCanceled()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = ModelServer.HangAsync;
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        Task downloading = fixture.DownloadAsync(cancellationToken: first.Token);
        await Waiting.UntilAsync(() => fixture.Server.Requests.Count > 0);

        // It reports each time that it finds the file in the hands of another.
        int waits = 0;
        Task waiting = ScottModels.DownloadAsync(
            TinyModel.Id, fixture.Options, new Listener<DownloadProgress>(_ => Interlocked.Increment(ref waits)), second.Token);
        await Waiting.UntilAsync(() => Volatile.Read(ref waits) > 1);
        Assert.False(waiting.IsCompleted);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Waiting.Limit));
        Assert.False(downloading.IsCompleted);
        Assert.Single(fixture.Server.Requests);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloading.WaitAsync(Waiting.Limit));
    }

    private static async Task SendSlowlyAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        await ModelServer.SendAsync(context, TinyModel.Bytes);
    }
}
