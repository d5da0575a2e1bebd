namespace Scott.Models.Foundation;

/// <summary>Writes addresses for log lines, errors, progress and telemetry. Leaves out the query, which can hold a signature, the user information,
/// which can hold a password, and the fragment.</summary>
internal static class AddressText
{
    private const int LongestPath = 4096;
    private const string HiddenQuery = "?…";
    private const string SchemeEnd = "://";
    private static readonly char[] QueryOrFragment = ['?', '#'];

    public static string Of(Uri address)
    {
        if (!address.IsAbsoluteUri)
            return OfText(address.OriginalString);
        if (address.IsFile)
            return Quoted.Value(address.LocalPath, LongestPath);

        // For other schemes .NET makes the query part of the path.
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            return OfText(address.OriginalString);

        string place = address.GetComponents(
            UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped);
        return Quoted.Value(address.Query.Length > 0 ? place + HiddenQuery : place, Quoted.LongestFault);
    }

    /// <summary>Writes an address that may be malformed, or a path. A path is shown as it is.</summary>
    public static string Of(string place) =>
        !place.Contains(SchemeEnd, StringComparison.Ordinal) && !place.StartsWith("//", StringComparison.Ordinal) ? Quoted.Value(place, LongestPath)
        : Uri.TryCreate(place, UriKind.Absolute, out Uri? address) && !address.IsFile ? Of(address)
        : OfText(place);

    /// <summary>Writes text that .NET does not accept as an address. It can still hold a secret.</summary>
    public static string OfText(string text)
    {
        int scheme = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        int host = scheme >= 0 ? scheme + SchemeEnd.Length : text.StartsWith("//", StringComparison.Ordinal) ? 2 : -1;
        int user = text.LastIndexOf('@');
        string place = host >= 0 && user >= host ? text[..host] + text[(user + 1)..] : text;
        int end = place.IndexOfAny(QueryOrFragment);
        return Quoted.Value(end < 0 ? place : place[end] == '?' ? place[..end] + HiddenQuery : place[..end], Quoted.LongestFault);
    }
}
