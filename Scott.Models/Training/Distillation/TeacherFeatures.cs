using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>The teacher's features of every image and view: computed once, kept in a file, and standardized with their own mean and deviation. Owns
/// the engine and the file. Thread-safe.</summary>
internal sealed class TeacherFeatures : IDisposable
{
    private const double SmallestDeviation = 1e-6;
    private const int ImagesAtOnce = 1024;

    private readonly ITeacherEngine _engine;
    private readonly TeacherCache _cache;
    private readonly DistillationViews _views;
    private readonly PatchGrid _studentGrid;
    private readonly bool _hasTokens;
    private readonly int _workers;
    private readonly ulong[] _origins;

    private TeacherFeatures(
        ITeacherEngine engine, TeacherCache cache, DistillationViews views, PatchGrid studentGrid, bool hasTokens, int workers, int images)
    {
        (_engine, _cache, _views, _studentGrid, _hasTokens, _workers) = (engine, cache, views, studentGrid, hasTokens, workers);
        _origins = new ulong[images];
    }

    public int VectorLength => _engine.VectorLength;

    /// <summary>The length of one token; 0 if no tokens are learned.</summary>
    public int TokenWidth => _hasTokens ? _engine.TokenWidth : 0;

    /// <summary>The numbers of one view: the vector, then the tokens on the student's grid.</summary>
    public int RowLength => VectorLength + (_studentGrid.Patches * TokenWidth);

    /// <summary>The mean and the standard deviation of each number of the vector, over the images.</summary>
    public float[] Mean { get; private set; } = [];

    /// <inheritdoc cref="Mean"/>
    public float[] Deviation { get; private set; } = [];

    /// <summary>Opens the teacher and computes the features that are not in the file yet.</summary>
    /// <exception cref="ScottConfigurationException">Tokens are to be learned, and the teacher gives none. Or the features of a batch do not fit into
    /// an array.</exception>
    public static async Task<TeacherFeatures> CreateAsync(
        DistillationTeacher teacher, IImageDataset images, DecodedImageCache decoded, DistillationViews views, PatchGrid studentGrid,
        DistillationOptions options, TrainingRunOptions run, TeacherCacheOptions cache, IProgress<TeacherProgress>? progress,
        CancellationToken cancellationToken)
    {
        ITeacherEngine engine = teacher.Open();
        TeacherCache? file = null;
        try
        {
            bool hasTokens = options.TokenWeight > 0;
            if (hasTokens && engine.Grid.Patches == 0)
            {
                string fault = $"TokenWeight is more than 0, and the teacher '{teacher.Name}' gives no patch tokens; "
                    + "expected 0, or OnnxTeacherOptions.TokensOutputName.";
                throw new ScottConfigurationException(nameof(DistillationOptions), [fault]);
            }

            int row = engine.VectorLength + (hasTokens ? studentGrid.Patches * engine.TokenWidth : 0);
            _ = DistillationLoader.ArrayLength(options, row); // Refused before the teacher computes for hours.
            string identity = string.Join(
                '\n', teacher.Identify(), options.ViewIdentityWith(cache.Augmentation), run.Decoding.ToString(), studentGrid.ToString());
            file = TeacherCache.Open(cache.Path, identity, row, (long)images.Count * views.TeacherViews, cache.MaximumBytes);
            var features = new TeacherFeatures(engine, file, views, studentGrid, hasTokens, run.EffectiveWorkers, images.Count);
            await features.ComputeAllAsync(images, decoded, run, progress, cancellationToken).ConfigureAwait(true);
            return features;
        }
        catch
        {
            engine.Dispose();
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Writes the features of a view: the vector, not standardized, then the tokens on the student's grid.</summary>
    public void Read(int index, int view, DecodedImage image, Span<float> row)
    {
        long number = ((long)index * _views.TeacherViews) + view;
        if (_cache.TryRead(number, _origins[index], row))
            return;

        Compute(index, view, image, row);
        _cache.Write(number, _origins[index], row);
    }

    /// <summary>The teacher's vectors [count, T] of images [count, 3, H, W] that its own preprocessing prepared.</summary>
    public float[] Encode(float[] images, int count)
    {
        float[] vectors = new float[count * VectorLength];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _workers }, index =>
        {
            float[] image = images.AsSpan(index * _views.TeacherLength, _views.TeacherLength).ToArray();
            _engine.Run(image).Vector.CopyTo(vectors, index * VectorLength);
        });
        return vectors;
    }

    public void Dispose()
    {
        _engine.Dispose();
        _cache.Dispose();
    }

    /// <summary>What an image holds, in one number. The name of its file does not count, so that a folder may be moved.</summary>
    private static ulong OriginOf(IImageDataset images, int index)
    {
        ImageContent content = ImageContent.Of(images.SourceOf(index));
        return content.IsKnown
            ? content.Hash ^ ((ulong)content.Bytes << 1)
            : content.Hash ^ BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(images.NameOf(index))));
    }

    private async Task ComputeAllAsync(
        IImageDataset images, DecodedImageCache decoded, TrainingRunOptions run, IProgress<TeacherProgress>? progress,
        CancellationToken cancellationToken)
    {
        double[] sums = new double[VectorLength], squares = new double[VectorLength];
        (int done, int read) = (0, 0);
        long started = Stopwatch.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = run.EffectiveWorkers, CancellationToken = cancellationToken };
        for (int from = 0; from < images.Count; from += ImagesAtOnce)
        {
            float[]?[] vectors = new float[]?[Math.Min(ImagesAtOnce, images.Count - from)];
            await Parallel.ForAsync(0, vectors.Length, parallel, async (i, token) =>
            {
                vectors[i] = await ComputeImageAsync(images, decoded, from + i, run.FailOnUnreadable, token).ConfigureAwait(false);
                int finished = Interlocked.Increment(ref done);
                progress?.Report(new TeacherProgress(finished, images.Count, Stopwatch.GetElapsedTime(started)));
            }).ConfigureAwait(true);

            // Added up in the images' order, so that the sums do not depend on the number of workers.
            foreach (float[] vector in vectors.OfType<float[]>())
            {
                read++;
                for (int k = 0; k < vector.Length; k++)
                {
                    sums[k] += vector[k];
                    squares[k] += (double)vector[k] * vector[k];
                }
            }
        }

        if (read < 2)
            throw new DatasetException(images.Name, "fewer than two of its images can be read.");

        Mean = [.. sums.Select(sum => (float)(sum / read))];
        Deviation = [.. sums.Zip(squares, (sum, square) =>
            (float)Math.Max(Math.Sqrt(Math.Max((square / read) - (sum / read * (sum / read)), 0)), SmallestDeviation))];
    }

    /// <summary>Computes what is missing of an image. Returns the vector of its first view, or null if the image cannot be read.</summary>
    private async Task<float[]?> ComputeImageAsync(
        IImageDataset images, DecodedImageCache decoded, int index, bool failsOnUnreadable, CancellationToken cancellationToken)
    {
        float[] row = new float[RowLength];
        float[]? vector = null;
        DecodedImage? image = null;
        try
        {
            _origins[index] = OriginOf(images, index);
            for (int view = 0; view < _views.TeacherViews; view++)
            {
                long number = ((long)index * _views.TeacherViews) + view;
                if (view > 0 && !_cache.CanKeep(number))
                    break; // It is computed when a step needs it.
                if (!_cache.TryRead(number, _origins[index], row))
                {
                    image ??= await decoded.ReadAsync(index, cancellationToken).ConfigureAwait(false);
                    Read(index, view, image.Value, row);
                }

                vector ??= row[..VectorLength];
            }
        }
        catch (Exception exception) when (ImageErrors.IsImageError(exception) && !failsOnUnreadable)
        {
            // The loader reports it.
        }
        finally
        {
            image?.Dispose();
        }

        return vector;
    }

    private void Compute(int index, int view, DecodedImage image, Span<float> row)
    {
        float[] pixels = new float[_views.TeacherLength];
        _views.WriteTeacher(image, index, view, pixels);
        (float[] vector, float[] tokens) = _engine.Run(pixels);
        vector.CopyTo(row);
        if (_hasTokens)
            TokenGrids.Resample(tokens, _engine.Grid, _studentGrid, _engine.TokenWidth).CopyTo(row[VectorLength..]);
    }
}

/// <summary>Where a teacher's features are kept.</summary>
/// <param name="Path">The file; <see langword="null"/> for a temporary one.</param>
/// <param name="MaximumBytes">How large it may become.</param>
/// <param name="Augmentation">The changes of the images, as JSON.</param>
internal sealed record TeacherCacheOptions(string? Path, long MaximumBytes, string Augmentation);

/// <summary>Brings patch tokens to another grid.</summary>
internal static class TokenGrids
{
    /// <summary>Linear interpolation between the nearest tokens, or, to a coarser grid, the mean of those that a cell covers.</summary>
    /// <param name="tokens">[from, D], row-major.</param>
    /// <param name="from">Their grid.</param>
    /// <param name="to">The new grid.</param>
    /// <param name="width">D.</param>
    /// <returns>[to, D].</returns>
    public static float[] Resample(float[] tokens, PatchGrid from, PatchGrid to, int width)
    {
        if (from == to)
            return tokens;

        (int Source, double Weight)[][] rows = Taps(from.Rows, to.Rows), columns = Taps(from.Columns, to.Columns);
        float[] result = new float[to.Patches * width];
        for (int target = 0; target < to.Patches; target++)
        {
            Span<float> sum = result.AsSpan(target * width, width);
            foreach ((int row, double down) in rows[target / to.Columns])
            {
                foreach ((int column, double right) in columns[target % to.Columns])
                {
                    ReadOnlySpan<float> source = tokens.AsSpan(((row * from.Columns) + column) * width, width);
                    for (int k = 0; k < width; k++)
                        sum[k] += (float)(down * right * source[k]);
                }
            }
        }

        return result;
    }

    /// <summary>A triangle filter, as wide as a cell of the coarser grid.</summary>
    private static (int Source, double Weight)[][] Taps(int from, int to) => [.. Enumerable.Range(0, to).Select(target =>
    {
        double scale = Math.Max(1, (double)from / to);
        double center = ((target + 0.5) * from / to) - 0.5;
        (int Source, double Weight)[] taps =
        [
            .. Enumerable.Range(0, from)
                .Select(source => (source, Math.Max(0, 1 - (Math.Abs(source - center) / scale))))
                .Where(tap => tap.Item2 > 0),
        ];
        double sum = taps.Sum(tap => tap.Weight);
        return taps.Select(tap => (tap.Source, tap.Weight / sum)).ToArray();
    })];
}
