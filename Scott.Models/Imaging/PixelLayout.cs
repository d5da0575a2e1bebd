namespace Scott.Models.Imaging;

/// <summary>How the channels of a pixel lie in memory, one byte each.</summary>
public enum PixelLayout
{
    /// <summary>Red, green, blue.</summary>
    Rgb24,

    /// <summary>Blue, green, red.</summary>
    Bgr24,

    /// <summary>Red, green, blue, alpha. Alpha is dropped.</summary>
    Rgba32,

    /// <summary>Blue, green, red, alpha. Alpha is dropped.</summary>
    Bgra32,

    /// <summary>One gray value, used for all three channels.</summary>
    Gray8,
}
