using DuckDB.NET.Data;

namespace Scott.Models.Tests.Inference;

/// <summary>One row of a job's Parquet files, as DuckDB reads it.</summary>
internal sealed record BulkRow(string Key, float[]? Embedding, string? Error, string? ContentSha256)
{
    /// <summary>The rows of a file, or of all files that a glob matches, in their order.</summary>
    public static async Task<BulkRow[]> ReadAsync(string path)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using DuckDBCommand command = connection.CreateCommand();
        string files = path.Replace("'", "''", StringComparison.Ordinal);
        command.CommandText = $"SELECT key, embedding, error, content_sha256 FROM read_parquet('{files}')";
        await using System.Data.Common.DbDataReader reader = await command.ExecuteReaderAsync();
        List<BulkRow> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(new BulkRow(
                reader.GetString(0),
                await reader.IsDBNullAsync(1) ? null : [.. reader.GetFieldValue<List<float>>(1)],
                await reader.IsDBNullAsync(2) ? null : reader.GetString(2),
                await reader.IsDBNullAsync(3) ? null : reader.GetString(3)));
        }

        return [.. rows];
    }

    /// <summary>The first value that a query gives.</summary>
    public static async Task<object?> ScalarAsync(string query)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = query;
        return await command.ExecuteScalarAsync();
    }
}
