namespace Scott.Models.Downloads;

/// <summary>What a downloaded file must be, and who says so. A dataset's archive has no model.</summary>
/// <remarks>Where the length is not known, all that a source sends is taken, and the checksum decides.</remarks>
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
