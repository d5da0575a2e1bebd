namespace Scott.Models.Imaging;

/// <summary>How a BMP's pixels are coded, by the number in its header. OS/2 gives 3 and 4 other meanings.</summary>
internal enum BmpCompression : uint
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,
    BitMasks = 3,
    JpegOrRunLength24 = 4,
    Png = 5,
    AlphaBitMasks = 6,
}
