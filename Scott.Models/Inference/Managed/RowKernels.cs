namespace Scott.Models.Inference;

/// <summary>LayerNorm, softmax and sums of single rows.</summary>
/// <remarks>A sum over a row has sixteen running sums, whatever the registers' width, which are added in pairs at the end.</remarks>
internal static unsafe class RowKernels<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>The running sums of a row. Rows that end with padding are padded to a multiple of this.</summary>
    public const int Sums = 16;

    /// <summary>LayerNorm of one row. The destination may be the source.</summary>
    public static void Norm(float* source, float* destination, int width, NormWeights norm)
    {
        float mean = Sum(source, width, 0, areSquares: false) / width;
        float variance = Sum(source, width, mean, areSquares: true) / width;
        float factor = 1 / MathF.Sqrt(variance + norm.Epsilon);
        int i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
            Norm<TLanes, TVector>(source, destination, i, mean, factor, norm);

        for (; i < width; i++)
            Norm<LanesOne, float>(source, destination, i, mean, factor, norm);
    }

    /// <summary>The softmax of a row times a positive factor, in place.</summary>
    /// <param name="row">The row, with room up to a multiple of <see cref="Sums"/>.</param>
    /// <param name="count">Its length without that room.</param>
    /// <param name="scale">The factor.</param>
    public static void Softmax(float* row, int count, float scale)
    {
        int padded = (count + Sums - 1) / Sums * Sums;
        new Span<float>(row + count, padded - count).Fill(float.NegativeInfinity);
        TVector largest = TLanes.Load(row);
        for (int i = TLanes.Count; i < padded; i += TLanes.Count)
            largest = TLanes.Max(largest, TLanes.Load(row + i));

        float* lanes = stackalloc float[Sums];
        TLanes.Store(largest, lanes);
        TVector top = TLanes.All(System.Numerics.Tensors.TensorPrimitives.Max(new ReadOnlySpan<float>(lanes, TLanes.Count)));
        for (int i = 0; i < padded; i += TLanes.Count)
        {
            TVector below = TLanes.Multiply(TLanes.Subtract(TLanes.Load(row + i), top), TLanes.All(scale));
            TLanes.Store(LaneFunctions<TLanes, TVector>.Exp(below), row + i);
        }

        TVector factor = TLanes.All(1 / Sum(row, count, 0, areSquares: false));
        for (int i = 0; i < padded; i += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(row + i), factor), row + i);
    }

    /// <summary>Adds a row times a number to another row.</summary>
    public static void AddScaled(float* source, float factor, float* destination, int width)
    {
        int i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(source + i), TLanes.All(factor), TLanes.Load(destination + i)), destination + i);

        for (; i < width; i++)
            destination[i] = MultiplyAdd.Of(source[i], factor, destination[i]);
    }

    /// <summary>Applies <c>x·sigmoid(x)</c> in place.</summary>
    public static void Silu(float* row, int width)
    {
        int i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
            TLanes.Store(LaneFunctions<TLanes, TVector>.Silu(TLanes.Load(row + i)), row + i);

        for (; i < width; i++)
            row[i] = LaneFunctions<LanesOne, float>.Silu(row[i]);
    }

    /// <summary>The length of a row as a vector.</summary>
    public static float Length(float* row, int width) => MathF.Sqrt(Sum(row, width, 0, areSquares: true));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Norm<TSome, TNumbers>(float* source, float* destination, int i, float mean, float factor, NormWeights norm)
        where TSome : struct, ILanes<TNumbers>
        where TNumbers : struct
    {
        TNumbers value = TSome.Multiply(TSome.Subtract(TSome.Load(source + i), TSome.All(mean)), TSome.All(factor));
        if (norm.IsLearned)
            value = TSome.MultiplyAdd(value, TSome.Load(norm.Scale + i), TSome.Load(norm.Shift + i));

        TSome.Store(value, destination + i);
    }

    /// <summary>The sum of a row's distances from a number, or of their squares.</summary>
    private static float Sum(float* row, int count, float center, bool areSquares)
    {
        float* sums = stackalloc float[Sums];
        int whole = count / Sums * Sums;
        for (int part = 0; part < Sums; part += TLanes.Count)
        {
            TVector sum = TLanes.All(0);
            for (int i = part; i < whole; i += Sums)
            {
                TVector distance = TLanes.Subtract(TLanes.Load(row + i), TLanes.All(center));
                sum = areSquares ? TLanes.MultiplyAdd(distance, distance, sum) : TLanes.Add(sum, distance);
            }

            TLanes.Store(sum, sums + part);
        }

        for (int i = whole; i < count; i++)
        {
            float distance = row[i] - center;
            float sum = sums[i - whole];
            sums[i - whole] = areSquares ? MultiplyAdd.Of(distance, distance, sum) : sum + distance;
        }

        for (int half = Sums / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                sums[i] += sums[i + half];
        }

        return sums[0];
    }
}
