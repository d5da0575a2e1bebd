using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Scott.Models.Tests.Zoo;

/// <summary>A real HTTP server on this machine that answers as a test tells it to, and remembers what it was asked.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    public const string Tag = "\"v1\"";

    private readonly ConcurrentQueue<ServerRequest> _requests = new();
    private readonly WebApplication _app;
    private int _connections;

    private ModelServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, CountConnections));
        _app = builder.Build();
        _app.Run(async context =>
        {
            _requests.Enqueue(ServerRequest.Of(context.Request));
            await Answer(context);
        });
    }

    /// <summary>How it answers; a test may change it at any time.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => SendAsync(context, TinyModel.Bytes);

    public IReadOnlyList<ServerRequest> Requests => [.. _requests];

    /// <summary>The connections that were ever opened.</summary>
    public int Connections => _connections;

    /// <summary>Its address, with a slash behind it.</summary>
    public string Address { get; private set; } = string.Empty;

    public static async Task<ModelServer> StartAsync()
    {
        var server = new ModelServer();
        await server._app.StartAsync();
        server.Address = server._app.Urls.Single() + "/";
        return server;
    }

    /// <summary>Answers as a good server does: with ranges, if the condition holds.</summary>
    public static async Task SendAsync(HttpContext context, byte[] content, string? tag = Tag, int? stopAfter = null)
    {
        int from = RangeStart(context.Request, tag);
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.Headers.ETag = tag;
        context.Response.ContentLength = content.Length - from;
        int count = Math.Min(stopAfter ?? int.MaxValue, content.Length - from);
        await context.Response.Body.WriteAsync(content.AsMemory(from, count), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Answers without telling the length.</summary>
    public static async Task SendChunkedAsync(HttpContext context, byte[] content)
    {
        const int ChunkBytes = 20_000;
        foreach (byte[] chunk in content.Chunk(ChunkBytes))
        {
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Keeps the connection open and sends nothing until the client goes.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static int RangeStart(HttpRequest request, string? tag)
    {
        string range = request.Headers.Range.ToString();
        string condition = request.Headers.IfRange.ToString();
        bool holds = condition.Length == 0 || condition == tag;
        return range.Length > 0 && holds ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
    }

    private void CountConnections(ListenOptions listen) => listen.Use(next => async connection =>
    {
        Interlocked.Increment(ref _connections);
        await next(connection);
    });
}

internal sealed record ServerRequest(
    string Method, string Path, string Range, string IfRange, string AcceptEncoding, string CacheControl, string Authorization)
{
    public static ServerRequest Of(HttpRequest request) => new(
        request.Method, request.Path, request.Headers.Range.ToString(), request.Headers.IfRange.ToString(), request.Headers.AcceptEncoding.ToString(),
        request.Headers.CacheControl.ToString(), request.Headers.Authorization.ToString());
}
