using Scott.Models.Datasets;
using Scott.Models.Downloads;

namespace Scott.Models;

/// <summary>Checks archives that a user describes: their names become paths.</summary>
internal static class ArchiveArguments
{
    private const int Md5Digits = 32;

    private static readonly string[] OwnEndings = [PartFile.Ending, PartFile.OriginEnding, ArchiveDownload.UnpackedEnding];

    /// <exception cref="ArgumentException">An archive's description is not legal.</exception>
    public static void Require(IReadOnlyList<DatasetArchive> archives)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (DatasetArchive archive in archives)
        {
            ArgumentNullException.ThrowIfNull(archive, nameof(archives));
            Require(
                IsFileName(archive.FileName),
                $"The file name is '{archive.FileName}'; expected a name without folders and without a leading dot that is legal on every system "
                    + $"and does not end in {string.Join(", ", OwnEndings)}.");
            Require(names.Add(archive.FileName), $"Two archives are called '{archive.FileName}'; expected each name once.");
            string address = archive.Address is null ? "null" : $"'{AddressText.Of(archive.Address)}'";
            Require(archive.Address is { IsAbsoluteUri: true }, $"The address of '{archive.FileName}' is {address}; expected an absolute one.");
            Require(
                archive.Md5 is { Length: Md5Digits } sum && sum.All(char.IsAsciiHexDigit),
                $"The MD5 sum of '{archive.FileName}' is '{archive.Md5}'; expected {Md5Digits} hexadecimal digits.");
        }

        static void Require(bool isRight, string message)
        {
            if (!isRight)
                throw new ArgumentException(message, nameof(archives));
        }
    }

    private static bool IsFileName(string name) =>
        !string.IsNullOrEmpty(name)
        && name[0] != '.'
        && name.AsSpan().IndexOfAny("/\\:\0") < 0
        && ArchivePath.IsPortable(name)
        && !OwnEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
