namespace Scott.Models.Zoo.Transfer;

/// <summary>A file on disk or inside the package.</summary>
internal sealed class StreamFileSource(string name, Func<Stream> open) : IFileSource
{
    public string Name { get; } = name;

    public static StreamFileSource OfFile(string path) => new(path, () => File.OpenRead(path));

    public async Task FillAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = open();
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length != part.File.Bytes)
                {
                    throw new SourceFaultException($"it has {stream.Length} bytes; the manifest says {part.File.Bytes}.");
                }

                part.Restart(new PartOrigin(Name, null, null, part.File.Bytes, part.File.Sha256));
                await BodyCopy.RunAsync(stream.ReadAsync, part, meter, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceFaultException(exception.Message, exception);
        }
    }
}
