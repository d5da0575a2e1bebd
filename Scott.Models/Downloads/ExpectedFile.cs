namespace Scott.Models.Downloads;

/// <summary>What a downloaded file must be, and who says so. The model is empty for the archive of a dataset.</summary>
/// <remarks>If the length is not known, everything that a source sends is accepted, and the checksum decides.</remarks>
internal sealed record ExpectedFile(string ModelId, string Name, long? Bytes, FileChecksum Checksum, string Authority)
{
    /// <summary>What errors add, such as that the manifest is an old copy.</summary>
    public string? Note { get; init; }

    /// <summary>The file, for the log.</summary>
    public override string ToString() => ModelId.Length > 0 ? $"'{Name}' of '{ModelId}'" : $"'{Name}'";

    /// <exception cref="SourceFaultException">A source's file has another length.</exception>
    public void RequireLength(long? found)
    {
        if (found is not null && Bytes is not null && found != Bytes)
            throw new SourceFaultException($"it has {Plural.Of(found.Value, "byte")}; {Authority} says {Bytes}.");
    }
}
