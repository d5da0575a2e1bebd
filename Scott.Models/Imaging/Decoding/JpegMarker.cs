namespace Scott.Models.Imaging;

/// <summary>The second bytes of JPEG markers (ITU-T T.81, table B.1).</summary>
internal static class JpegMarker
{
    public const byte Prefix = 0xff;
    public const byte BaselineFrame = 0xc0;
    public const byte ExtendedFrame = 0xc1;
    public const byte ProgressiveFrame = 0xc2;
    public const byte HuffmanTables = 0xc4;
    public const byte StartOfImage = 0xd8;
    public const byte EndOfImage = 0xd9;
    public const byte StartOfScan = 0xda;
    public const byte RestartInterval = 0xdd;
    public const byte HierarchicalProgression = 0xde;
    public const byte Application1 = 0xe1;
    public const byte JpegLsFrame = 0xf7;

    private const byte Temporary = 0x01;

    public static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (HuffmanTables or 0xc8 or 0xcc);

    public static bool IsRestart(byte marker) => marker is >= 0xd0 and <= 0xd7;

    /// <summary>A marker that no length follows.</summary>
    public static bool StandsAlone(byte marker) => IsRestart(marker) || marker is Temporary or StartOfImage;
}
