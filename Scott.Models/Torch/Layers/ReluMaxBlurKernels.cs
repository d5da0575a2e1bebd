using System.Numerics;
using System.Numerics.Tensors;

namespace Scott.Models.Torch;

/// <summary>ReLU, max-pool 2×2 with stride 1 and blur with stride 2 in one pass over channels-last maps, and their gradient: a few lines of an image
/// at a time in single precision, one image per thread. The gradient needs only the input.</summary>
/// <remarks>The input is [batch, height, width, channels], height and width even; its elements are <see cref="float"/>, or <see cref="ushort"/> for
/// bfloat16.</remarks>
internal sealed class ReluMaxBlurKernels(int batch, int height, int width, int channels, int threads)
{
    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };
    private readonly int _line = width * channels;
    private readonly int _pooledLine = (width - 1) * channels;
    private readonly int _outputLine = width / 2 * channels;

    /// <summary>The elements of one input image and of one output image.</summary>
    private int MapElements => height * _line;
    private int OutputElements => height / 2 * _outputLine;

    /// <summary>[B, H, W, C] → [B, H/2, W/2, C].</summary>
    public unsafe void Forward<T>(ReadOnlySpan<T> input, Span<T> output)
        where T : unmanaged
    {
        Require(input.Length, output.Length);
        fixed (T* inputStart = input, outputStart = output)
        {
            T* from = inputStart;
            T* to = outputStart;
            ForEachImage((image, lines) => Forward(
                new ReadOnlySpan<T>(from + (image * MapElements), MapElements), new Span<T>(to + (image * OutputElements), OutputElements), lines));
        }
    }

    /// <summary>The input and the output's gradient, [B, H/2, W/2, C] → the input's gradient, [B, H, W, C].</summary>
    public unsafe void Backward<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
        where T : unmanaged
    {
        Require(input.Length, outputGradient.Length);
        Require(inputGradient.Length, outputGradient.Length);
        fixed (T* inputStart = input, outputStart = outputGradient, gradientStart = inputGradient)
        {
            T* values = inputStart;
            T* from = outputStart;
            T* to = gradientStart;
            ForEachImage((image, lines) => Backward(
                new ReadOnlySpan<T>(values + (image * MapElements), MapElements),
                new ReadOnlySpan<T>(from + (image * OutputElements), OutputElements), new Span<T>(to + (image * MapElements), MapElements),
                lines));
        }
    }

    /// <summary>Computes the images in parallel, each with the buffers of its thread.</summary>
    private void ForEachImage(Action<long, Lines> compute) => Parallel.For(
        0,
        batch,
        _parallel,
        () => new Lines(_line, _pooledLine),
        (image, _, lines) =>
        {
            compute(image, lines);
            return lines;
        },
        _ => { });

    private void Forward<T>(ReadOnlySpan<T> input, Span<T> output, Lines lines)
        where T : unmanaged
    {
        WorkingPrecision.Load(input[.._line], lines.Upper);
        Array.Clear(lines.Pooled);
        for (int row = 0; row < height / 2; row++)
        {
            // Pooled rows 2·row − 1, which is left from the row before (0 above the first), 2·row and 2·row + 1 (0 below the last).
            TensorPrimitives.Multiply(lines.Pooled, 0.25f, lines.Sums);
            Pool(input, (2 * row) + 1, lines);
            TensorPrimitives.MultiplyAdd(lines.Pooled, 0.5f, lines.Sums, lines.Sums);
            if (row < (height / 2) - 1)
            {
                Pool(input, (2 * row) + 2, lines);
                TensorPrimitives.MultiplyAdd(lines.Pooled, 0.25f, lines.Sums, lines.Sums);
            }

            BlurLine(lines.Sums, lines.Lower.AsSpan(0, _outputLine));
            WorkingPrecision.Store(lines.Lower.AsSpan(0, _outputLine), output.Slice(row * _outputLine, _outputLine));
        }
    }

    /// <summary>Pools the upper line and the one below it, which becomes the upper one; negative maxima become 0.</summary>
    private void Pool<T>(ReadOnlySpan<T> input, int below, Lines lines)
        where T : unmanaged
    {
        WorkingPrecision.Load(input.Slice(below * _line, _line), lines.Lower);
        TensorPrimitives.Max(lines.Upper, lines.Lower, lines.Upper);
        TensorPrimitives.Max(lines.Upper.AsSpan(0, _pooledLine), lines.Upper.AsSpan(channels), lines.Pooled);
        TensorPrimitives.Max(lines.Pooled, 0f, lines.Pooled);
        (lines.Upper, lines.Lower) = (lines.Lower, lines.Upper);
    }

    /// <summary>[W − 1, C] → [W/2, C], with 0 outside.</summary>
    private void BlurLine(ReadOnlySpan<float> pooled, Span<float> output)
    {
        for (int column = 0; column < width / 2; column++)
        {
            Span<float> sums = output.Slice(column * channels, channels);
            TensorPrimitives.Multiply(pooled.Slice(2 * column * channels, channels), 0.5f, sums);
            if (column > 0)
                TensorPrimitives.MultiplyAdd(pooled.Slice(((2 * column) - 1) * channels, channels), 0.25f, sums, sums);
            if (column < (width / 2) - 1)
                TensorPrimitives.MultiplyAdd(pooled.Slice(((2 * column) + 1) * channels, channels), 0.25f, sums, sums);
        }
    }

    private void Backward<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, Lines lines)
        where T : unmanaged
    {
        Array.Clear(lines.UpperGradient);
        WorkingPrecision.Load(input[.._line], lines.Upper);
        for (int pooledRow = 0; pooledRow < height - 1; pooledRow++)
        {
            Span<float> blurred = lines.Sums.AsSpan(0, _outputLine);
            WorkingPrecision.Load(outputGradient.Slice(pooledRow / 2 * _outputLine, _outputLine), blurred);
            if (pooledRow % 2 == 0)
            {
                TensorPrimitives.Multiply(blurred, 0.5f, blurred);
            }
            else
            {
                Span<float> below = lines.LowerGradient.AsSpan(0, _outputLine);
                WorkingPrecision.Load(outputGradient.Slice(((pooledRow / 2) + 1) * _outputLine, _outputLine), below);
                TensorPrimitives.Add(blurred, below, blurred);
                TensorPrimitives.Multiply(blurred, 0.25f, blurred);
            }

            SpreadLine(blurred, lines.Pooled);
            WorkingPrecision.Load(input.Slice((pooledRow + 1) * _line, _line), lines.Lower);
            Array.Clear(lines.LowerGradient);
            Route(lines);
            WorkingPrecision.Store(lines.UpperGradient, inputGradient.Slice(pooledRow * _line, _line));
            (lines.Upper, lines.Lower) = (lines.Lower, lines.Upper);
            (lines.UpperGradient, lines.LowerGradient) = (lines.LowerGradient, lines.UpperGradient);
        }

        WorkingPrecision.Store(lines.UpperGradient, inputGradient.Slice((height - 1) * _line, _line));
    }

    /// <summary>[W/2, C] → [W − 1, C]: the transpose of <see cref="BlurLine"/>.</summary>
    private void SpreadLine(ReadOnlySpan<float> blurred, Span<float> pooled)
    {
        for (int column = 0; column < width / 2; column++)
        {
            ReadOnlySpan<float> here = blurred.Slice(column * channels, channels);
            TensorPrimitives.Multiply(here, 0.5f, pooled.Slice(2 * column * channels, channels));
            if (column < (width / 2) - 1)
            {
                Span<float> between = pooled.Slice(((2 * column) + 1) * channels, channels);
                TensorPrimitives.Add(here, blurred.Slice((column + 1) * channels, channels), between);
                TensorPrimitives.Multiply(between, 0.25f, between);
            }
        }
    }

    /// <summary>Adds each pooled gradient to the first of its four values that is the largest, as torch does; to none if that is not
    /// positive.</summary>
    private void Route(Lines lines)
    {
        int i = 0;
        if (channels % Vector<float>.Count == 0)
        {
            for (; i < _pooledLine; i += Vector<float>.Count)
                RouteMany(lines, (nuint)i, (nuint)(i + channels));
        }

        for (; i < _pooledLine; i++)
            RouteOne(lines, i);
    }

    /// <summary>Routes as many channels as a vector holds. The indices are not checked: both are within a line.</summary>
    private static void RouteMany(Lines lines, nuint left, nuint right)
    {
        ref float upper = ref MemoryMarshal.GetArrayDataReference(lines.Upper);
        ref float lower = ref MemoryMarshal.GetArrayDataReference(lines.Lower);
        ref float upperSums = ref MemoryMarshal.GetArrayDataReference(lines.UpperGradient);
        ref float lowerSums = ref MemoryMarshal.GetArrayDataReference(lines.LowerGradient);
        Vector<float> gradient = Vector.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(lines.Pooled), left);
        Vector<float> first = Vector.LoadUnsafe(ref upper, left);
        Vector<float> second = Vector.LoadUnsafe(ref upper, right);
        Vector<float> third = Vector.LoadUnsafe(ref lower, left);
        Vector<float> fourth = Vector.LoadUnsafe(ref lower, right);
        Vector<float> largest = Vector.MaxNative(Vector.MaxNative(first, second), Vector.MaxNative(third, fourth));
        gradient = Where(~Vector.LessThanOrEqual(largest, Vector<float>.Zero), gradient);
        Vector<int> isFirst = Vector.Equals(first, largest);
        Vector<int> isSecond = Vector.AndNot(Vector.Equals(second, largest), isFirst);
        Vector<int> isTaken = isFirst | isSecond;
        Vector<int> isThird = Vector.AndNot(Vector.Equals(third, largest), isTaken);
        Add(ref upperSums, left, isFirst, gradient);
        Add(ref upperSums, right, isSecond, gradient);
        Add(ref lowerSums, left, isThird, gradient);
        Add(ref lowerSums, right, ~(isTaken | isThird), gradient);
    }

    private void RouteOne(Lines lines, int i)
    {
        (float[] Gradient, int At, float Value) best = (lines.UpperGradient, i, lines.Upper[i]);
        best = lines.Upper[i + channels] > best.Value ? (lines.UpperGradient, i + channels, lines.Upper[i + channels]) : best;
        best = lines.Lower[i] > best.Value ? (lines.LowerGradient, i, lines.Lower[i]) : best;
        best = lines.Lower[i + channels] > best.Value ? (lines.LowerGradient, i + channels, lines.Lower[i + channels]) : best;
        if (best.Value > 0)
            best.Gradient[best.At] += lines.Pooled[i];
    }

    private static void Add(ref float sums, nuint index, Vector<int> isMeant, Vector<float> values) =>
        (Vector.LoadUnsafe(ref sums, index) + Where(isMeant, values)).StoreUnsafe(ref sums, index);

    /// <summary>The values that are meant, and 0 for the others.</summary>
    private static Vector<float> Where(Vector<int> isMeant, Vector<float> values) => Vector.AsVectorSingle(isMeant & Vector.AsVectorInt32(values));

    private void Require(int inputElements, int outputElements)
    {
        if (inputElements != batch * MapElements || outputElements != batch * OutputElements || height % 2 != 0 || width % 2 != 0)
        {
            throw new ArgumentException(
                $"The input has {Plural.Of(inputElements, "element")} and the output {outputElements}; "
                    + $"expected {batch}×{height}×{width}×{channels}, even sides, and a quarter of it.");
        }
    }

    /// <summary>One thread's buffers.</summary>
    private sealed class Lines(int line, int pooledLine)
    {
        public float[] Upper { get; set; } = new float[line];
        public float[] Lower { get; set; } = new float[line];
        public float[] Pooled { get; } = new float[pooledLine];
        public float[] Sums { get; } = new float[pooledLine];
        public float[] UpperGradient { get; set; } = new float[line];
        public float[] LowerGradient { get; set; } = new float[line];
    }
}
