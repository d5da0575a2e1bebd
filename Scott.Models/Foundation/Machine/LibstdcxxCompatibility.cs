namespace Scott.Models.Foundation;

/// <summary>Makes <c>libLibTorchSharp.so</c> load where libstdc++ is older than the one it was built with, by relaxing one version need in a
/// copy.</summary>
/// <remarks>TorchSharp 0.107.0 asks for GLIBCXX_3.4.32 (GCC 13), which Debian 12 and Ubuntu 22.04 lack. The only symbol of that version,
/// <c>_ZSt21ios_base_library_initv</c>, has no relocation in it, so nothing ever calls it; once the need is weak, the loader accepts that it is
/// missing. No other version is relaxed.</remarks>
internal static class LibstdcxxCompatibility
{
    public const string LibstdcxxName = "libstdc++.so.6";
    private const string RelaxableVersion = "GLIBCXX_3.4.32";
    private const ushort WeakNeed = 2;

    /// <summary>The libstdc++ versions that a library needs and the system lacks.</summary>
    public static IReadOnlyList<string> MissingVersions(byte[] library, IReadOnlyCollection<string> defined) =>
        [.. Needs(library).Select(need => need.Version).Except(defined)];

    public static bool CanRelax(IReadOnlyList<string> missing) => missing is [RelaxableVersion];

    /// <summary>A copy of the library whose need of the one relaxable version is weak.</summary>
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
