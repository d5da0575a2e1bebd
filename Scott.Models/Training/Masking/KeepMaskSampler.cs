namespace Scott.Models.Training;

/// <summary>Draws keep-masks that hide exactly ⌊ratio·N⌋ of N patches.</summary>
/// <remarks>
/// Paper, section 3 (masking); reference: <c>src/masks/</c> at commit 8b6c6f9. Differs from the reference: it ends on every grid, because it draws
/// the remaining visible patches uniformly if no block fits.
/// </remarks>
internal sealed class KeepMaskSampler
{
    private const int AttemptsPerBlock = 10;
    private const int FruitlessBlocks = 20;
    private static readonly double MinimumLogAspect = Math.Log(0.3);
    private static readonly double MaximumLogAspect = Math.Log(3.3);

    private readonly KeepMaskKind _kind;
    private readonly PatchGrid _grid;
    private readonly int _minimumBlockPatches;

    /// <summary>Masks for the N patches of a grid. The share of patches to hide is in [0, 1].</summary>
    public KeepMaskSampler(
        KeepMaskKind kind, PatchGrid grid, double hiddenRatio, int minimumBlockPatches = PretrainingOptions.DefaultMinimumBlockPatches)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Rows, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Columns, nameof(grid));
        if (hiddenRatio is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(hiddenRatio), hiddenRatio, "Expected at least 0 and at most 1.");

        (_kind, _grid, _minimumBlockPatches) = (kind, grid, minimumBlockPatches);
        VisiblePatches = Patches - HiddenPatches(Patches, hiddenRatio);
    }

    /// <summary>N: the patches of one mask.</summary>
    public int Patches => _grid.Patches;

    /// <summary>How many patches each mask keeps visible.</summary>
    public int VisiblePatches { get; }

    /// <summary>How many patches a ratio hides. In binary, 0.6 · 25 may be just under or over 15: the count must not depend on that.</summary>
    public static int HiddenPatches(int patches, double hiddenRatio) => (int)Math.Floor((hiddenRatio * patches) + 1e-9);

    /// <returns>[N], row-major over the grid, 1 = visible.</returns>
    public byte[] Sample(DeterministicRandom random)
    {
        byte[] keep = new byte[Patches];
        int missing = VisiblePatches;
        if (_kind == KeepMaskKind.Blockwise)
        {
            int fruitless = 0;
            while (missing > 0 && fruitless < FruitlessBlocks)
            {
                int added = TryAddBlock(keep, missing, random);
                (missing, fruitless) = (missing - added, added > 0 ? 0 : fruitless + 1);
            }
        }

        AddUniformly(keep, missing, random);
        return keep;
    }

    /// <returns>The number of patches that the block shows; 0 if no block fits.</returns>
    private int TryAddBlock(byte[] keep, int missing, DeterministicRandom random)
    {
        for (int attempt = 0; attempt < AttemptsPerBlock; attempt++)
        {
            double area = random.NextDouble(_minimumBlockPatches, missing);
            double aspect = Math.Exp(random.NextDouble(MinimumLogAspect, MaximumLogAspect));
            int height = (int)Math.Round(Math.Sqrt(area * aspect));
            int width = (int)Math.Round(Math.Sqrt(area / aspect));
            if (height >= _grid.Rows || width >= _grid.Columns)
                continue;

            int top = random.NextInt32(_grid.Rows - height + 1);
            int left = random.NextInt32(_grid.Columns - width + 1);
            int[] hidden =
            [
                .. from row in Enumerable.Range(top, height)
                from column in Enumerable.Range(left, width)
                let patch = (row * _grid.Columns) + column
                where keep[patch] == 0
                select patch,
            ];
            if (hidden.Length >= 1 && hidden.Length <= missing)
            {
                Array.ForEach(hidden, patch => keep[patch] = 1);
                return hidden.Length;
            }
        }

        return 0;
    }

    /// <summary>Draws from the hidden patches without replacement (a partial Fisher–Yates shuffle).</summary>
    private static void AddUniformly(byte[] keep, int missing, DeterministicRandom random)
    {
        int[] hidden = [.. Enumerable.Range(0, keep.Length).Where(patch => keep[patch] == 0)];
        for (int i = 0; i < missing; i++)
        {
            int drawn = i + random.NextInt32(hidden.Length - i);
            (hidden[i], hidden[drawn]) = (hidden[drawn], hidden[i]);
            keep[hidden[i]] = 1;
        }
    }
}
