using System.Buffers.Binary;
using Google.Protobuf;
using Tensorboard;

namespace Scott.Models.Tests.Training;

/// <summary>Reads a file of TensorBoard's events as TensorBoard does: each record's length and content only if its checksum holds.</summary>
internal static class EventFile
{
    public static List<Event> Read(string path)
    {
        List<Event> events = [];
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (!rest.IsEmpty)
        {
            int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(Checked(ref rest, sizeof(long))));
            events.Add(Event.Parser.ParseFrom(new CodedInputStream(Checked(ref rest, length).ToArray())));
        }

        return events;
    }

    /// <summary>CRC-32C bit by bit, as RFC 3720 defines it, so that it is no copy of what it checks.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
        }

        return ~crc;
    }

    private static ReadOnlySpan<byte> Checked(ref ReadOnlySpan<byte> rest, int length)
    {
        ReadOnlySpan<byte> bytes = rest[..length];
        uint crc = Crc(bytes);
        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xa282ead8, BinaryPrimitives.ReadUInt32LittleEndian(rest[length..]));
        rest = rest[(length + sizeof(uint))..];
        return bytes;
    }
}
