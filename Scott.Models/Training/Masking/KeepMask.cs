namespace Scott.Models.Training;

/// <summary>Which patches of one image stay visible: row-major over a square grid, 1 = visible, 0 = hidden.</summary>
internal sealed class KeepMask(int gridSide)
{
    private readonly byte[] _keep = new byte[gridSide * gridSide];

    public int VisiblePatches { get; private set; }

    /// <summary>One byte per patch, 1 = visible.</summary>
    public ReadOnlySpan<byte> Values => _keep;

    public bool IsVisible(int patch) => _keep[patch] != 0;

    public void Show(int patch)
    {
        VisiblePatches += 1 - _keep[patch];
        _keep[patch] = 1;
    }
}
