using System.Security.Cryptography;
using System.Text;
using Qdrant.Client;
using Qdrant.Client.Grpc;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# block for Qdrant of <c>docs/uses/databases.md</c>, word for word, as code that compiles.</summary>
/// <remarks><see cref="DatabaseDocumentTests"/> compares the two, and runs it.</remarks>
internal static class QdrantExamples
{
    public static async Task LoadAsync(Uri address)
    {
        // databases.md
        EmbeddingJobIndex job = await EmbeddingJobIndex.OpenAsync("vectors");
        using var client = new QdrantClient(address); // for example http://localhost:6334
        if (await client.CollectionExistsAsync("images"))
        {
            CollectionInfo info = await client.GetCollectionInfoAsync("images");
            VectorFingerprint.FromJson(info.Config.Metadata["fingerprint"].StringValue).RequireMatch(job.Fingerprint);
        }
        else
        {
            await client.CreateCollectionAsync(
                "images", new VectorParams { Size = (ulong)job.Width, Distance = Distance.Cosine },
                new Dictionary<string, Value> { ["fingerprint"] = job.Fingerprint.ToJson() });
        }

        await foreach (EmbeddingJobRow[] rows in job.ReadAsync().Where(row => row.IsSuccess).Chunk(1000))
        {
            await client.UpsertAsync("images", [.. rows.Select(row => new PointStruct
            {
                Id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(row.Key)).AsSpan(0, 16)), // the same key, the same point
                Vectors = row.Vector.ToArray(),
                Payload = { ["key"] = row.Key },
            })]);
        }
        // end
    }
}
