namespace Scott.Models.Foundation;

/// <summary>A seeded random source whose numbers are the same on every platform and in every version of .NET, which <see cref="Random"/> does not
/// promise. Streams with different names are independent, even with one seed: draws from one never shift another.</summary>
/// <remarks>xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). Not cryptographic, not thread-safe.</remarks>
internal sealed class DeterministicRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double? _spareNormal;

    public DeterministicRandom(ulong seed, string stream)
    {
        byte[] key = [.. new byte[sizeof(ulong)], .. Encoding.UTF8.GetBytes(stream)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, seed);
        ReadOnlySpan<byte> state = SHA256.HashData(key);
        _s0 = BinaryPrimitives.ReadUInt64LittleEndian(state);
        _s1 = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        _s2 = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);
        _s3 = BinaryPrimitives.ReadUInt64LittleEndian(state[24..]);
    }

    public ulong NextUInt64()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A stream of another name that begins at this point of this one, whose next numbers stay the same.</summary>
    public DeterministicRandom Fork(string stream) => new(_s1, stream);

    /// <summary>Uniform in [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform between two bounds, in either order.</summary>
    public double NextDouble(double from, double to) => from + ((to - from) * NextDouble());

    /// <summary>Uniform in [0, <paramref name="exclusiveMaximum"/>), without bias (Lemire, 2019).</summary>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        ulong range = (ulong)exclusiveMaximum;
        ulong threshold = (0 - range) % range;
        while (true)
        {
            ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
            if (low >= threshold)
                return (int)high;
        }
    }

    /// <summary>Puts numbers into random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = NextInt32(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>Standard normal (Box and Muller). The method gives two values; the next call returns the second.</summary>
    public double NextNormal()
    {
        if (_spareNormal is double spare)
        {
            _spareNormal = null;
            return spare;
        }

        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * NextDouble());
        _spareNormal = radius * sine;
        return radius * cosine;
    }
}
