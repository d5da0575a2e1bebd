namespace Scott.Models.Inference;

/// <summary>The columns of a row group, and where its vectors are.</summary>
/// <param name="Rows">The rows with and without a vector.</param>
/// <param name="Count">The vectors.</param>
/// <param name="Offset">Where their numbers begin in the file, one vector after the other.</param>
/// <param name="Key">The keys of all rows.</param>
/// <param name="Error">The errors of all rows; null where there is a vector.</param>
/// <param name="Hash">The hashes of all rows.</param>
internal sealed record ShardVectors(int Rows, int Count, long Offset, ShardChunk Key, ShardChunk Error, ShardChunk Hash)
{
    /// <summary>Finds the numbers. They stand at the end of their page, after two lists of levels, whose lengths must fit.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public static async Task<ShardVectors> ReadAsync(FileStream stream, ShardGroup group, int width, CancellationToken cancellationToken)
    {
        async Task<byte[]> ReadAsync(int at, int count)
        {
            byte[] bytes = new byte[count];
            if (at > group.Vector.Bytes - count)
                throw new InvalidDataException("a page of vectors ends early");

            stream.Position = group.Vector.Offset + at;
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }

        byte[] header = await ReadAsync(0, Math.Min(ShardPage.LongestHeader, group.Vector.Bytes)).ConfigureAwait(false);
        var page = ShardPage.Parse(header, group.Vector);
        int at = page.Start;
        for (int list = 0; list < 2; list++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(await ReadAsync(at, sizeof(int)).ConfigureAwait(false));
            at += sizeof(int);
            at += length >= 0 && length <= group.Vector.Bytes - at ? length : throw new InvalidDataException("a page of vectors is damaged");
        }

        (long bytes, long vectorBytes) = (group.Vector.Bytes - at, (long)width * sizeof(float));
        long count = bytes / vectorBytes;
        bool fits = bytes % vectorBytes == 0 && count <= group.Rows && group.Vector.Values == (count * width) + (group.Rows - count);
        return fits ? new ShardVectors(group.Rows, (int)count, group.Vector.Offset + at, group.Key, group.Error, group.Hash)
            : throw new InvalidDataException("a page of vectors does not hold as many numbers as its rows need");
    }
}
