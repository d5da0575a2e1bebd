namespace Scott.Models.Downloads;

/// <summary>What a fetched file must be.</summary>
/// <param name="ModelId">The model that it is of; empty for a dataset's archive.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length, or <see langword="null"/> if that is not known: then what a source sends is taken to its end, and the checksum judges.</param>
/// <param name="Checksum">Its checksum.</param>
/// <param name="Authority">Who says so, for errors.</param>
internal sealed record ExpectedFile(string ModelId, string Name, long? Bytes, FileChecksum Checksum, string Authority)
{
    /// <summary>What else errors say, such as that the manifest is an old copy.</summary>
    public string? Note { get; init; }

    /// <summary>The file, for people.</summary>
    public string Subject => ModelId.Length > 0 ? $"'{Name}' of '{ModelId}'" : $"'{Name}'";

    /// <exception cref="SourceFaultException">A source's file has another length.</exception>
    public void RequireLength(long? found)
    {
        if (found is not null && Bytes is not null && found != Bytes)
        {
            throw new SourceFaultException($"it has {Plural.Of(found.Value, "byte")}; {Authority} says {Bytes}.");
        }
    }
}
