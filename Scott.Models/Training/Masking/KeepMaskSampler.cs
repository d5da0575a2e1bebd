namespace Scott.Models.Training;

/// <summary>Draws keep-masks that hide exactly ⌊ratio·N⌋ of N patches.</summary>
/// <remarks>
/// Paper, section 3 (masking); reference: <c>src/masks/</c> at commit 8b6c6f9. Differs from the reference: ends on every grid. If no block fits, the
/// other visible patches are drawn uniformly.
/// </remarks>
internal sealed class KeepMaskSampler
{
    private const int AttemptsPerBlock = 10;
    private const int FruitlessBlocks = 20;
    private const double MinimumBlockArea = 16;
    private static readonly double MinimumLogAspect = Math.Log(0.3);
    private static readonly double MaximumLogAspect = Math.Log(3.3);

    private readonly KeepMaskKind _kind;
    private readonly int _gridSide;

    /// <param name="kind">How to draw.</param>
    /// <param name="gridSide">The side G of the grid; N is its square.</param>
    /// <param name="hiddenRatio">The share of patches to hide, in [0, 1].</param>
    public KeepMaskSampler(KeepMaskKind kind, int gridSide, double hiddenRatio)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gridSide);
        if (hiddenRatio is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(hiddenRatio), hiddenRatio, "Expected at least 0 and at most 1.");

        _kind = kind;
        _gridSide = gridSide;
        int patches = gridSide * gridSide;
        VisiblePatches = patches - HiddenPatches(patches, hiddenRatio);
    }

    /// <summary>How many patches each mask keeps visible.</summary>
    public int VisiblePatches { get; }

    /// <summary>How many patches a ratio hides.</summary>
    /// <remarks>In binary, 0.6 · 25 may be just under or over 15: the count must not depend on that.</remarks>
    public static int HiddenPatches(int patches, double hiddenRatio) => (int)Math.Floor((hiddenRatio * patches) + 1e-9);

    public KeepMask Sample(DeterministicRandom random)
    {
        var mask = new KeepMask(_gridSide);
        if (_kind == KeepMaskKind.Blockwise)
        {
            int fruitless = 0;
            while (mask.VisiblePatches < VisiblePatches && fruitless < FruitlessBlocks)
                fruitless = TryAddBlock(mask, random) ? 0 : fruitless + 1;
        }

        AddUniformly(mask, random);
        return mask;
    }

    private bool TryAddBlock(KeepMask mask, DeterministicRandom random)
    {
        int missing = VisiblePatches - mask.VisiblePatches;
        for (int attempt = 0; attempt < AttemptsPerBlock; attempt++)
        {
            double area = random.NextDouble(MinimumBlockArea, missing);
            double aspect = Math.Exp(random.NextDouble(MinimumLogAspect, MaximumLogAspect));
            int height = (int)Math.Round(Math.Sqrt(area * aspect));
            int width = (int)Math.Round(Math.Sqrt(area / aspect));
            if (height >= _gridSide || width >= _gridSide)
                continue;

            int top = random.NextInt32(_gridSide - height + 1);
            int left = random.NextInt32(_gridSide - width + 1);
            int[] hidden = [.. Block(top, left, height, width).Where(patch => !mask.IsVisible(patch))];
            if (hidden.Length >= 1 && hidden.Length <= missing)
            {
                Array.ForEach(hidden, mask.Show);
                return true;
            }
        }

        return false;
    }

    private IEnumerable<int> Block(int top, int left, int height, int width)
    {
        for (int row = top; row < top + height; row++)
        {
            for (int column = left; column < left + width; column++)
                yield return (row * _gridSide) + column;
        }
    }

    /// <summary>Draws from the hidden patches without replacement (a partial Fisher–Yates shuffle).</summary>
    private void AddUniformly(KeepMask mask, DeterministicRandom random)
    {
        int[] hidden = [.. Enumerable.Range(0, _gridSide * _gridSide).Where(patch => !mask.IsVisible(patch))];
        for (int i = 0; mask.VisiblePatches < VisiblePatches; i++)
        {
            int drawn = i + random.NextInt32(hidden.Length - i);
            (hidden[i], hidden[drawn]) = (hidden[drawn], hidden[i]);
            mask.Show(hidden[i]);
        }
    }
}

/// <summary>How the visible patches of a pre-training step are drawn.</summary>
public enum KeepMaskKind
{
    /// <summary>Rectangles of visible patches, added until enough are visible.</summary>
    Blockwise,
    /// <summary>Random visible patches, independent of each other.</summary>
    Uniform,
}
