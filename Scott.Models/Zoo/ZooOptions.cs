using Scott.Models.Downloads;
using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Where models are looked up, downloaded from and kept. Immutable.</summary>
public sealed record ZooOptions : DownloadOptions
{
    /// <summary>The environment variable that moves the cache.</summary>
    public const string CacheVariable = "SCOTT_MODELS_CACHE";

    private const string CacheName = "scott-models";

    /// <summary>
    /// Manifests besides the one in the package: files, or https addresses. The cache keeps a copy of each sound manifest from an address, and uses
    /// it, with a warning in the log, when the address gives none. Where two manifests list the same revision of a model, the later one's entry
    /// counts; a model's current revision is that of the last manifest that lists it.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>The revision to use, which keeps an app on weights it was tested with.</summary>
    /// <value>Default: <see langword="null"/>, the current one.</value>
    public string? Revision { get; init; }

    /// <summary>The folder that downloaded files are kept in, as <c>id/revision/file</c>.</summary>
    /// <value>
    /// Default: <see langword="null"/>: the folder that <see cref="CacheVariable"/> names, otherwise <c>scott-models</c> in the user's local
    /// application data (Windows), <c>~/Library/Caches</c> (macOS), or <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> (elsewhere).
    /// </value>
    public string? CacheFolder { get; init; }

    /// <summary>Where the weights' bytes are once loaded. Embedded weights are always in managed memory.</summary>
    /// <value>Default: <see cref="WeightStorage.Managed"/>.</value>
    public WeightStorage Storage { get; init; } = WeightStorage.Managed;

    /// <summary>Opens a file inside the package, or gives <see langword="null"/>. Tests put their own files there.</summary>
    internal Func<string, Stream?> OpenEmbedded { get; init; } = WeightsManifest.OpenEmbedded;

    internal string FullCacheFolder => Path.GetFullPath(
        CacheFolder ?? (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } set ? set : Path.Combine(PlatformCache(), CacheName)));

    private protected override void Check(FaultList faults)
    {
        for (int i = 0; i < Manifests.Count; i++)
        {
            faults.Require(
                IsManifestPlace(Manifests[i]),
                $"Manifests[{i}] is '{AddressText.Of(Manifests[i] ?? string.Empty)}'; expected a file or {SafeAddress.Expected}.");
        }

        faults.Require(
            Revision is null || SafeName.IsSafe(Revision), $"Revision is '{Quoted.Value(Revision ?? string.Empty)}'; expected {SafeName.Expected}.");
        faults.Require(CacheFolder is null or { Length: > 0 }, "CacheFolder is empty; expected a folder, or null for the default.");
        faults.Require(Enum.IsDefined(Storage), $"Storage is {Storage}; expected Managed or MemoryMapped.");
        base.Check(faults);
    }

    private static bool IsManifestPlace(string? place) =>
        !string.IsNullOrEmpty(place) && (!place.Contains("://", StringComparison.Ordinal) || IsAddress(place));

    private static bool IsAddress(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out Uri? address) && (address.IsFile || SafeAddress.IsAllowed(address));

    private static string PlatformCache()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches");

        // The specification of XDG base directories says that a relative path is to be ignored.
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set)
            ? set
            : Path.Combine(home, ".cache");
    }
}
