namespace Scott.Models.Foundation;

/// <summary>Makes <c>libLibTorchSharp.so</c> load on systems whose libstdc++ is older than the one that it was built with: in a copy of the file,
/// one version need is made weak.</summary>
/// <remarks>TorchSharp 0.107.0 asks for GLIBCXX_3.4.32 (GCC 13), which Debian 12 and Ubuntu 22.04 lack. The only symbol of that version,
/// <c>_ZSt21ios_base_library_initv</c>, has no relocation in the library, so nothing calls it. If the need is weak, the loader accepts that
/// the version is missing. No other need is changed.</remarks>
internal static class LibstdcxxCompatibility
{
    public const string LibstdcxxName = "libstdc++.so.6";
    private const string RelaxableVersion = "GLIBCXX_3.4.32";
    private const ushort WeakNeed = 2;

    /// <summary>The libstdc++ versions that a library needs and the system lacks.</summary>
    public static IReadOnlyList<string> MissingVersions(byte[] library, IReadOnlyCollection<string> defined) =>
        [.. Needs(library).Select(need => need.Version).Except(defined)];

    public static bool CanRelax(IReadOnlyList<string> missing) => missing is [RelaxableVersion];

    /// <summary>Copies the library, and makes its need of that one version weak.</summary>
    public static byte[] Relax(byte[] library)
    {
        byte[] copy = [.. library];
        foreach (ElfImage.Need need in Needs(library).Where(need => need.Version == RelaxableVersion))
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(need.FlagsOffset), WeakNeed);

        return copy;
    }

    private static IEnumerable<ElfImage.Need> Needs(byte[] library) =>
        new ElfImage(library).NeededVersions().Where(need => need.Library == LibstdcxxName);
}
