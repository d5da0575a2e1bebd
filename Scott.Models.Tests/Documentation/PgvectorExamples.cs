using Npgsql;
using NpgsqlTypes;
using Pgvector;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks for pgvector of <c>docs/uses/databases.md</c>, word for word, as code that compiles.</summary>
/// <remarks><see cref="DatabaseDocumentTests"/> compares the two, and runs them.</remarks>
internal static class PgvectorExamples
{
    public static async Task LoadAsync(string connectionString)
    {
        // databases.md
        EmbeddingJobIndex job = await EmbeddingJobIndex.OpenAsync("vectors");
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.UseVector();
        await using NpgsqlDataSource source = builder.Build();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            return await command.ExecuteScalarAsync();
        }

        await RunAsync("CREATE EXTENSION IF NOT EXISTS vector");
        await connection.ReloadTypesAsync();
        await RunAsync($"CREATE TABLE IF NOT EXISTS images (key text PRIMARY KEY, embedding vector({job.Width}) NOT NULL)");
        if (await RunAsync("SELECT obj_description('images'::regclass)") is string stored)
            VectorFingerprint.FromJson(stored).RequireMatch(job.Fingerprint); // vectors of two models are never mixed

        await RunAsync($"COMMENT ON TABLE images IS '{job.Fingerprint.ToJson().Replace("'", "''")}'");
        await RunAsync("CREATE TEMP TABLE loading (key text, embedding vector)");
        await foreach (EmbeddingJobRow[] rows in job.ReadAsync().Where(row => row.IsSuccess).Chunk(10_000))
        {
            await using (NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync("COPY loading FROM STDIN (FORMAT BINARY)"))
            {
                foreach (EmbeddingJobRow row in rows)
                {
                    await copy.StartRowAsync();
                    await copy.WriteAsync(row.Key, NpgsqlDbType.Text);
                    await copy.WriteAsync(new Vector(row.Vector));
                }

                await copy.CompleteAsync();
            }

            await RunAsync(
                """
                INSERT INTO images SELECT DISTINCT ON (key) key, embedding FROM loading
                    ON CONFLICT (key) DO UPDATE SET embedding = excluded.embedding;
                TRUNCATE loading
                """);
        }

        await RunAsync("CREATE INDEX IF NOT EXISTS images_embedding ON images USING hnsw (embedding vector_cosine_ops)");
        // end
    }

    public static async Task<List<(string, double)>> SearchAsync(NpgsqlConnection connection, ImageEmbedding query)
    {
        var found = new List<(string, double)>();
        // databases.md
        await using var search = new NpgsqlCommand(
            "SELECT key, 1 - (embedding <=> $1) AS score FROM images ORDER BY embedding <=> $1 LIMIT 5", connection);
        search.Parameters.AddWithValue(new Vector(query.Vector));
        await using NpgsqlDataReader reader = await search.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            found.Add((reader.GetString(0), reader.GetDouble(1)));
        // end
        return found;
    }
}
