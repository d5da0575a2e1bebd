namespace Scott.Models.Torch;

/// <summary>Copies a convolution's windows at visible patches out of a channels-last map, and adds their gradients back into it. One image per
/// thread, so results do not depend on the number of threads. The positions are (image, row, column) of each visible patch, images in ascending
/// order.</summary>
internal sealed class WindowKernels(long[] positions, int batch, WindowShape shape, int threads)
{
    private readonly int[] _starts = Starts(positions, batch);
    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    /// <summary>The number of windows, one for each output of each visible patch, and the elements of one.</summary>
    public int Windows => positions.Length / 3 * shape.OutputsPerPatch * shape.OutputsPerPatch;
    public int WindowElements => shape.WindowElements;

    /// <summary>[B, H, W, C] → [M·o·o, kernel·kernel·C]: each window's pixels, row after row; zeros where it reaches over the map's edge.</summary>
    public unsafe void Gather<T>(ReadOnlySpan<T> map, Span<T> windows)
        where T : unmanaged
    {
        Require(map.Length, windows.Length);
        fixed (T* mapStart = map, windowsStart = windows)
        {
            T* from = mapStart;
            T* to = windowsStart;
            Parallel.For(0, batch, _parallel, image => ForEachRun(image, (inMap, inWindows, zerosBefore, length, zerosAfter) =>
            {
                new Span<T>(to + inWindows, zerosBefore).Clear();
                new ReadOnlySpan<T>(from + inMap, length).CopyTo(new Span<T>(to + inWindows + zerosBefore, length));
                new Span<T>(to + inWindows + zerosBefore + length, zerosAfter).Clear();
            }));
        }
    }

    /// <summary>The gradient of <see cref="Gather"/>: adds each window's pixels where they came from, in single precision.</summary>
    /// <typeparam name="T"><see cref="float"/>, or <see cref="ushort"/> for bfloat16.</typeparam>
    public unsafe void Fold<T>(ReadOnlySpan<T> windows, Span<T> map)
        where T : unmanaged
    {
        Require(map.Length, windows.Length);
        fixed (T* mapStart = map, windowsStart = windows)
        {
            T* to = mapStart;
            T* from = windowsStart;
            Parallel.For(0, batch, _parallel, () => ArrayPool<float>.Shared.Rent(shape.MapElements), (image, _, rented) =>
            {
                Span<float> sums = rented.AsSpan(0, shape.MapElements);
                sums.Clear();
                long offset = (long)image * shape.MapElements;
                ForEachRun(image, (inMap, inWindows, zerosBefore, length, _) =>
                    WorkingPrecision.Add(new ReadOnlySpan<T>(from + inWindows + zerosBefore, length), rented.AsSpan((int)(inMap - offset), length)));
                WorkingPrecision.Store<T>(sums, new Span<T>(to + offset, shape.MapElements));
                return rented;
            },
            rented => ArrayPool<float>.Shared.Return(rented));
        }
    }

    private delegate void Run(long inMap, long inWindows, int zerosBefore, int length, int zerosAfter);

    /// <summary>Every row of every window of an image: where it lies in the map and among the windows, and how much of it is outside.</summary>
    private void ForEachRun(int image, Run use)
    {
        int rowElements = shape.Kernel * shape.Channels;
        for (int patch = _starts[image]; patch < _starts[image + 1]; patch++)
        {
            for (int output = 0; output < shape.OutputsPerPatch * shape.OutputsPerPatch; output++)
            {
                (int down, int right) = Math.DivRem(output, shape.OutputsPerPatch);
                int top = (((int)positions[(3 * patch) + 1] * shape.OutputsPerPatch) + down) * WindowShape.Stride - shape.Padding;
                int left = (((int)positions[(3 * patch) + 2] * shape.OutputsPerPatch) + right) * WindowShape.Stride - shape.Padding;
                int first = Math.Max(left, 0);
                int columns = Math.Min(left + shape.Kernel, shape.Width) - first;
                long window = (((long)patch * shape.OutputsPerPatch * shape.OutputsPerPatch) + output) * shape.Kernel * rowElements;
                for (int y = top; y < top + shape.Kernel; y++, window += rowElements)
                {
                    if (y < 0 || y >= shape.Height)
                    {
                        use((long)image * shape.MapElements, window, rowElements, 0, 0);
                        continue;
                    }

                    int before = (first - left) * shape.Channels;
                    int length = columns * shape.Channels;
                    long start = ((((long)image * shape.Height) + y) * shape.Width + first) * shape.Channels;
                    use(start, window, before, length, rowElements - before - length);
                }
            }
        }
    }

    private void Require(int mapElements, int windowElements)
    {
        if (mapElements != batch * shape.MapElements || windowElements != Windows * shape.WindowElements)
        {
            throw new ArgumentException(
                $"The map has {mapElements} and the windows {Plural.Of(windowElements, "element")}; "
                    + $"expected {batch * shape.MapElements} and {Windows * shape.WindowElements}.");
        }
    }

    /// <summary>The index of the first patch of each image; the last entry is the number of all patches.</summary>
    private static int[] Starts(long[] positions, int batch)
    {
        int[] starts = new int[batch + 1];
        for (int i = 0; i < positions.Length; i += 3)
            starts[positions[i] + 1]++;

        for (int image = 0; image < batch; image++)
            starts[image + 1] += starts[image];

        return starts;
    }
}

/// <summary>A channels-last map and the windows that a convolution of stride 2 sees in it. The outputs are counted along a patch's side; the
/// padding is how far the first window reaches over the map's edge.</summary>
internal readonly record struct WindowShape(int Height, int Width, int Channels, int OutputsPerPatch, int Kernel, int Padding)
{
    public const int Stride = 2;

    /// <summary>The elements of one image's map, and of one window.</summary>
    public int MapElements => Height * Width * Channels;
    public int WindowElements => Kernel * Kernel * Channels;
}
