using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Qdrant.Client.Grpc;

namespace Scott.Models.Tests.Documentation;

/// <summary>Stands in for a Qdrant server: keeps what the client of Qdrant sends by gRPC, and answers in its messages. It is not Qdrant.</summary>
internal sealed class QdrantStandIn : IAsyncDisposable
{
    private const int PrefixBytes = 5; // of a message in gRPC: a flag and the length

    private readonly WebApplication _app;

    private QdrantStandIn()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public CreateCollection? Collection { get; private set; }

    public Dictionary<string, PointStruct> Points { get; } = [];

    public int Batches { get; private set; }

    public Uri Address { get; private set; } = null!;

    public static async Task<QdrantStandIn> StartAsync()
    {
        var server = new QdrantStandIn();
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.Single());
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        IMessage? answer = Answer(context.Request.Path, body.ToArray().AsSpan(PrefixBytes));
        context.Response.ContentType = "application/grpc";
        if (answer is not null)
        {
            byte[] message = new byte[PrefixBytes + answer.CalculateSize()];
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - PrefixBytes);
            answer.WriteTo(message.AsSpan(PrefixBytes));
            await context.Response.Body.WriteAsync(message);
        }

        const string Unimplemented = "12";
        context.Response.AppendTrailer("grpc-status", answer is null ? Unimplemented : "0");
    }

    private IMessage? Answer(string method, ReadOnlySpan<byte> request)
    {
        switch (method)
        {
            case "/qdrant.Collections/CollectionExists":
                return new CollectionExistsResponse { Result = new CollectionExists { Exists = Collection is not null } };
            case "/qdrant.Collections/Create":
                Collection = CreateCollection.Parser.ParseFrom(request);
                return new CollectionOperationResponse { Result = true };
            case "/qdrant.Collections/Get":
                return new GetCollectionInfoResponse
                {
                    Result = new CollectionInfo { Config = new CollectionConfig { Metadata = { Collection!.Metadata } } },
                };
            case "/qdrant.Points/Upsert":
                Batches++;
                foreach (PointStruct point in UpsertPoints.Parser.ParseFrom(request).Points)
                    Points[point.Id.Uuid] = point;

                return new PointsOperationResponse { Result = new UpdateResult { Status = UpdateStatus.Completed } };
            default:
                return null;
        }
    }
}
