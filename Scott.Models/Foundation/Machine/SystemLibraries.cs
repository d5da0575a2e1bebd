namespace Scott.Models.Foundation;

/// <summary>Finds out about the Linux system's own C and C++ libraries.</summary>
internal static partial class SystemLibraries
{
    /// <summary>The version of glibc, for example <c>2.36</c>; <see langword="null"/> on a system with another C library.</summary>
    public static string? GlibcVersion()
    {
        try
        {
            return Marshal.PtrToStringUTF8(GnuGetLibcVersion());
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The symbol versions of the libstdc++ that the loader finds; empty if there is none.</summary>
    public static IReadOnlyList<string> LibstdcxxVersions() =>
        NativeLibrary.TryLoad(LibstdcxxCompatibility.LibstdcxxName, out _) && FindLoaded("libstdc++.so") is { } path
            ? new ElfImage(File.ReadAllBytes(path)).DefinedVersions()
            : [];

    /// <summary>Sets an environment variable for native code, if it is not set. The call of .NET would change it only for .NET code.</summary>
    public static void SetDefaultVariable(string name, string value)
    {
        if (OperatingSystem.IsLinux())
            _ = SetVariable(name, value, overwrite: 0);
    }

    /// <summary>The path of a library that is mapped into this process.</summary>
    private static string? FindLoaded(string namePrefix) => File.ReadLines("/proc/self/maps")
        .Select(line => line[(line.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? slash : line.Length)..])
        .FirstOrDefault(path => Path.GetFileName(path).StartsWith(namePrefix, StringComparison.Ordinal));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GnuGetLibcVersion();
}
