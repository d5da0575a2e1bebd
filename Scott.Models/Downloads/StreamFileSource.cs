namespace Scott.Models.Downloads;

/// <summary>A file on disk or inside the package.</summary>
internal sealed class StreamFileSource(string name, Func<Stream> open) : FileSource(name)
{
    public static StreamFileSource OfFile(string path) => new(path, () =>
    {
        PlainFile.RequireReadable(path);
        return File.OpenRead(path);
    });

    public override async Task FillAsync(PartFile part, TransferMeter meter, bool bypassCaches, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = open();
            await using (stream.ConfigureAwait(false))
            {
                part.File.RequireLength(stream.Length);
                part.Restart(PartOrigin.Of(part.File, Name));
                await CopyAsync(stream.ReadAsync, part, stream.Length, meter, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw new SourceFaultException(exception.Message, exception);
        }
    }
}
