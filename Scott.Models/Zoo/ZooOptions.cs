using Scott.Models.Downloads;
using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Where models are looked up, how they are downloaded, and where they are kept. Immutable.</summary>
public sealed record ZooOptions : DownloadOptions
{
    /// <summary>The environment variable that sets the folder of the cache.</summary>
    public const string CacheVariable = "SCOTT_MODELS_CACHE";

    /// <summary>The environment variable that sets the address of the hub.</summary>
    public const string HubEndpointVariable = "HF_ENDPOINT";

    /// <summary>The environment variable that holds the access token for the hub.</summary>
    public const string HubTokenVariable = "HF_TOKEN";

    /// <summary>The environment variable that forbids to ask the hub, as <see cref="DownloadOptions.OfflineVariable"/> forbids the whole
    /// network.</summary>
    public const string HubOfflineVariable = "HF_HUB_OFFLINE";

    /// <summary>The address of the Hugging Face Hub.</summary>
    public const string DefaultHubEndpoint = "https://huggingface.co";

    private const string CacheName = "scott-models";

    /// <summary>
    /// More manifests than the one in the package: files, or https addresses. The cache keeps a copy of each sound manifest from an address. If the
    /// address later gives none, the copy is used, with a warning in the log. If two manifests list the same revision of a model, the later
    /// manifest counts. The current revision of a model is the last one in the last manifest that lists the model.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>The revision to use. Set it, so that an app keeps the weights that it was tested with.</summary>
    /// <value>Default: <see langword="null"/>, the current one.</value>
    public string? Revision { get; init; }

    /// <summary>The folder for downloaded files, which are kept as <c>id/revision/file</c>.</summary>
    /// <value>
    /// Default: <see langword="null"/>: the folder that <see cref="CacheVariable"/> names, otherwise <c>scott-models</c> in the user's local
    /// application data (Windows), <c>~/Library/Caches</c> (macOS), or <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> (elsewhere).
    /// </value>
    public string? CacheFolder { get; init; }

    /// <summary>The address of the Hugging Face Hub, or of a mirror of it.</summary>
    /// <value>Default: <see langword="null"/>: the address that <see cref="HubEndpointVariable"/> names, otherwise
    /// <see cref="DefaultHubEndpoint"/>.</value>
    public string? HubEndpoint { get; init; }

    /// <summary>The access token for the hub, which private and gated repositories need. It is sent to the hub's own host only.</summary>
    /// <value>Default: <see langword="null"/>: the token in <see cref="HubTokenVariable"/>, if any.</value>
    public string? HubToken { get; init; }

    /// <summary>Where the bytes of loaded weights are kept. Embedded weights are always in managed memory.</summary>
    /// <value>Default: <see cref="WeightStorage.Managed"/>.</value>
    public WeightStorage Storage { get; init; } = WeightStorage.Managed;

    /// <summary>Opens a file inside the package; <see langword="null"/> if there is none. Tests use their own files.</summary>
    internal Func<string, Stream?> OpenEmbedded { get; init; } = WeightsManifest.OpenEmbedded;

    internal string FullCacheFolder => Path.GetFullPath(
        CacheFolder ?? (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } set ? set : Path.Combine(PlatformCache(), CacheName)));

    internal string FullHubEndpoint => HubEndpoint ?? Variable(HubEndpointVariable) ?? DefaultHubEndpoint;

    internal string? FullHubToken => HubToken is { Length: > 0 } ? HubToken : Variable(HubTokenVariable);

    internal bool IsHubOffline => IsOffline || ForbidsNetwork(Variable(HubOfflineVariable));

    private protected override void Check(FaultList faults)
    {
        faults.Require(Manifests is not null, "Manifests is null; expected a list, which may be empty.");
        for (int i = 0; i < (Manifests?.Count ?? 0); i++)
        {
            faults.Require(
                IsManifestPlace(Manifests![i]),
                $"Manifests[{i}] is '{AddressText.Of(Manifests[i] ?? string.Empty)}'; expected a file or {SafeAddress.Expected}.");
        }

        faults.Require(
            Revision is null || SafeName.IsSafe(Revision), $"Revision is '{Quoted.Value(Revision ?? string.Empty)}'; expected {SafeName.Expected}.");
        faults.Require(CacheFolder is null or { Length: > 0 }, "CacheFolder is empty; expected a folder, or null for the default.");
        RequireEndpoint(faults, nameof(HubEndpoint), HubEndpoint ?? DefaultHubEndpoint);
        RequireToken(faults, nameof(HubToken), HubToken);
        faults.Require(Enum.IsDefined(Storage), $"Storage is {Storage}; expected Managed or MemoryMapped.");
        base.Check(faults);
    }

    /// <summary>Checks the environment variables of the hub, which matter only when the hub is asked.</summary>
    /// <exception cref="ScottConfigurationException">One is not legal.</exception>
    internal void RequireHub()
    {
        var faults = new FaultList(nameof(ZooOptions));
        RequireEndpoint(faults, HubEndpointVariable, FullHubEndpoint);
        RequireToken(faults, HubTokenVariable, FullHubToken);
        faults.ThrowIfAny();
    }

    /// <summary>Lists the settings, but not the token.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(
            CultureInfo.InvariantCulture,
            $", Manifests = [{string.Join(", ", Manifests.Select(AddressText.Of))}], Revision = {Revision}, CacheFolder = {CacheFolder}, ");
        builder.Append(
            CultureInfo.InvariantCulture,
            $"HubEndpoint = {HubEndpoint}, HubToken = {(HubToken is null ? string.Empty : "…")}, Storage = {Storage}");
        return true;
    }

    private static void RequireEndpoint(FaultList faults, string name, string endpoint) => faults.Require(
        Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? hub) && SafeAddress.IsAllowedEndpoint(hub),
        $"{name} is '{AddressText.Of(endpoint)}'; expected {SafeAddress.Expected}, without query.");

    private static void RequireToken(FaultList faults, string name, string? token) => faults.Require(
        (token ?? string.Empty).All(character => character is > ' ' and < '\x7f'), $"{name} has a character that no token has.");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;

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

        // The specification of XDG base directories tells programs to ignore a relative path.
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set)
            ? set
            : Path.Combine(home, ".cache");
    }
}
