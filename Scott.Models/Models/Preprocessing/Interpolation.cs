namespace Scott.Models;

/// <summary>The filter an image is resized with. Both are antialiased, as in Pillow.</summary>
public enum Interpolation
{
    /// <summary>Triangle filter.</summary>
    Bilinear,

    /// <summary>Cubic convolution with a = −0.5.</summary>
    Bicubic,
}
