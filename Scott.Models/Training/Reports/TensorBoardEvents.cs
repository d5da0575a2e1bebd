using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace Scott.Models.Training;

/// <summary>Writes the figures of a run as a file of events for TensorBoard.</summary>
/// <remarks>TorchSharp's <c>SummaryWriter</c> needs libtorch, reopens the file for every figure, and writes wrong times (ticks, or 1970).</remarks>
internal static class TensorBoardEvents
{
    /// <summary>The folder of the events, in a run's folder.</summary>
    public const string Folder = "tensorboard";
    /// <summary>TensorBoard reads every file with this in its name.</summary>
    private const string Prefix = "events.out.tfevents.";
    private const string Suffix = ".scott";
    /// <summary>Without the prefix: TensorBoard would read an unfinished file.</summary>
    private const string PartName = "scott-events";
    private const string FileVersion = "brain.Event:2";

    /// <summary>Replaces the file of an earlier call, so that a resumed run has no step twice. Leaves other files alone.</summary>
    public static async Task WriteAsync(
        string folder, IEnumerable<(string Tag, double Value, long Step)> scalars, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string[] old = Directory.GetFiles(folder, $"{Prefix}*{Suffix}");
        DateTimeOffset now = DateTimeOffset.UtcNow;
        byte[] content = Serialize(scalars, now.ToUnixTimeMilliseconds() / 1000.0);
        string part = Path.Combine(folder, PartName);
        await AtomicFile.WriteBytesAsync(part, content, cancellationToken).ConfigureAwait(false);

        // Always a new name: under the old one, a running TensorBoard would continue at its position in the old file.
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{now.UtcTicks}{Suffix}"));
        File.Move(part, path, overwrite: true);
        foreach (string file in old.Where(file => file != path))
            Discard(file);
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // On Windows a TensorBoard that reads the file locks it. The next call tries again.
        }
    }

    private static byte[] Serialize(IEnumerable<(string Tag, double Value, long Step)> scalars, double seconds)
    {
        Event[] events =
        [
            new() { WallTime = seconds, FileVersion = FileVersion },

            // Tells a running TensorBoard to forget the file before.
            new() { WallTime = seconds, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } },
            .. scalars.Select(scalar => new Event
            {
                WallTime = seconds,
                Step = scalar.Step,
                Summary = new Summary { Value = { new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = (float)scalar.Value } } },
            }),
        ];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Array.ForEach(events, message => Append(writer, message.ToByteArray()));
        return stream.ToArray();
    }

    /// <summary>A record: length, its checksum, the message, its checksum; little-endian.</summary>
    private static void Append(BinaryWriter writer, byte[] message)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, message.Length);
        writer.Write(length);
        writer.Write(MaskedCrc(length));
        writer.Write(message);
        writer.Write(MaskedCrc(message));
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
