using Npgsql;

namespace EmbedCluster.Hosting;

/// <summary>The tables that Orleans' ADO.NET providers work on.</summary>
public static class PostgresSchema
{
    /// <summary>Makes the tables and queries that are missing. Any number of silos may do so at once.</summary>
    /// <param name="connection">The connection string.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached, or the user may not make tables.</exception>
    public static async Task EnsureAsync(string connection, CancellationToken cancellationToken)
    {
        await using Stream resource = typeof(PostgresSchema).Assembly.GetManifestResourceStream("Schema.sql")!;
        using var reader = new StreamReader(resource);
        string script = await reader.ReadToEndAsync(cancellationToken);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(connection);

        // One statement list is one transaction.
        await using NpgsqlCommand command = source.CreateCommand(script);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
