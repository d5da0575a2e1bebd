namespace Scott.Models.Zoo;

/// <summary>What options leave open, from the environment and the platform.</summary>
internal static class ZooEnvironment
{
    /// <summary>What errors say about the lack of a network.</summary>
    public const string NetworkForbidden = $"the network is forbidden (ZooOptions.Offline or {ZooOptions.OfflineVariable})";

    private const string FolderName = "scott-models";

    public static bool IsOffline(ZooOptions options) => options.Offline || ForbidsNetwork(Environment.GetEnvironmentVariable(ZooOptions.OfflineVariable));

    public static string CacheFolder(ZooOptions options) => Path.GetFullPath(
        options.CacheFolder
        ?? (Environment.GetEnvironmentVariable(ZooOptions.CacheVariable) is { Length: > 0 } set ? set : Path.Combine(PlatformCache(), FolderName)));

    /// <summary>Any value but the usual words for no forbids: whoever sets the variable does not want to be surprised by a connection.</summary>
    public static bool ForbidsNetwork(string? value) =>
        value is { Length: > 0 } and not "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && !value.Equals("no", StringComparison.OrdinalIgnoreCase);

    private static string PlatformCache()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(home, "Library", "Caches");
        }

        // The specification of XDG base directories says that a relative path is to be ignored.
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set) ? set : Path.Combine(home, ".cache");
    }
}
