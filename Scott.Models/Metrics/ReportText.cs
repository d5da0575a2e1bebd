using System.Globalization;
using System.Text;
using System.Xml;

namespace Scott.Models.Metrics;

/// <summary>Text that stems from files and folders, made fit for a page.</summary>
internal static class ReportText
{
    /// <summary>The text with a replacement character for whatever XML cannot hold: control characters, halves of surrogate pairs.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isLegal = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            clean.Append(isLegal && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control ? rune.ToString() : Rune.ReplacementChar.ToString());
        }

        return clean.ToString();
    }
}
