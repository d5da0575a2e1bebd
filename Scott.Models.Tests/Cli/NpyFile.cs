using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Scott.Models.Tests.Cli;

/// <summary>A float32 array in NumPy's format 1.0, read as strictly as NumPy does.</summary>
internal sealed partial record NpyFile(int[] Shape, float[] Values)
{
    private const int PrefixBytes = 10;

    public static NpyFile Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        int data = PrefixBytes + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, data % 64);
        Match header = Header().Match(Encoding.ASCII.GetString(bytes, PrefixBytes, data - PrefixBytes));
        Assert.True(header.Success);
        int[] shape = [.. header.Groups[1].Value.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        float[] values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(data)).ToArray();
        Assert.Equal(shape.Aggregate(1, (product, size) => product * size), values.Length);
        Assert.Equal(0, (bytes.Length - data) % sizeof(float));
        return new NpyFile(shape, values);
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([0-9, ]+)\), \} *\n$")]
    private static partial Regex Header();
}
