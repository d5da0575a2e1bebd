namespace Scott.Models.Torch;

/// <summary>A square channels-last map and the windows that a convolution of stride 2 sees in it.</summary>
/// <param name="Side">The map's side.</param>
/// <param name="Channels">The map's channels.</param>
/// <param name="OutputsPerPatch">The convolution's outputs along a patch's side.</param>
/// <param name="Kernel">The window's side.</param>
/// <param name="Padding">How far the first window reaches over the map's edge.</param>
internal readonly record struct WindowShape(int Side, int Channels, int OutputsPerPatch, int Kernel, int Padding)
{
    public const int Stride = 2;

    /// <summary>The elements of one image's map.</summary>
    public int MapElements => Side * Side * Channels;

    /// <summary>The elements of one window.</summary>
    public int WindowElements => Kernel * Kernel * Channels;
}
