namespace Scott.Models.Imaging;

/// <summary>Finds <c>tiff:Orientation</c> in an XMP packet, as an attribute or as an element, without parsing the XML.</summary>
internal static class XmpOrientation
{
    private static ReadOnlySpan<byte> Name => "tiff:Orientation"u8;

    /// <summary>The orientation, a single digit, or <see langword="null"/> when there is none.</summary>
    public static long? Read(ReadOnlySpan<byte> xmp)
    {
        while (xmp.IndexOf(Name) is >= 0 and int at)
        {
            xmp = xmp[(at + Name.Length)..];
            if (ReadValue(xmp) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static long? ReadValue(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'=', ..])
        {
            text = text[1..].TrimStart(" \t\r\n"u8);
            text = text is [(byte)'"' or (byte)'\'', ..] ? text[1..] : default;
        }
        else
        {
            text = text is [(byte)'>', ..] ? text[1..] : default;
        }

        text = text.TrimStart(" \t\r\n"u8);
        return text is [>= (byte)'0' and <= (byte)'9', not (>= (byte)'0' and <= (byte)'9'), ..] ? text[0] - '0' : null;
    }
}
