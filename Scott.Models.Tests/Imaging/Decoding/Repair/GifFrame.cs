namespace Scott.Models.Tests.Imaging;

/// <summary>How a GIF's frame lies on its canvas.</summary>
/// <param name="Width">The frame's pixels per row.</param>
/// <param name="Height">The frame's rows.</param>
/// <param name="Left">The columns left of it, and as many right of it.</param>
/// <param name="Top">The rows above it, and as many below it.</param>
/// <param name="IsInterlaced">Rows come in four passes.</param>
/// <param name="Transparent">The color that is transparent, or -1.</param>
/// <param name="HasTrailer">Whether the file ends as the format asks.</param>
internal sealed record GifFrame(
    int Width, int Height, int Left = 0, int Top = 0, bool IsInterlaced = false, int Transparent = -1, bool HasTrailer = true);
