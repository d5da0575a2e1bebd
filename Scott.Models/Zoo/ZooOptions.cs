using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Downloads;
using Scott.Models.Weights;

namespace Scott.Models.Zoo;

/// <summary>Where models are looked up, fetched from and kept. Immutable.</summary>
public sealed record ZooOptions
{
    /// <summary>The environment variable that moves the cache.</summary>
    public const string CacheVariable = "SCOTT_MODELS_CACHE";

    /// <summary>The environment variable that, set to 1, forbids the network.</summary>
    public const string OfflineVariable = "SCOTT_OFFLINE";

    /// <summary>The default of <see cref="Retries"/>.</summary>
    public const int DefaultRetries = 5;

    /// <summary>The default of <see cref="MinimumBytesPerSecond"/>.</summary>
    public const long DefaultMinimumBytesPerSecond = 1024;

    private const int MaximumRetries = 100;
    private const long LargestMinimumRate = 1L << 30;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>
    /// Manifests beside the one in the package: files, or https addresses. The cache keeps a copy of each sound manifest from an address, and the copy
    /// is used, with a warning in the log, when the address gives none. Where two manifests list the same revision of a model, the later one's
    /// entry counts; a model's current revision is that of the last manifest that lists it.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>The revision to use, which keeps an app on weights it was tested with.</summary>
    /// <value>Default: <see langword="null"/>, the current one.</value>
    public string? Revision { get; init; }

    /// <summary>The folder that downloaded files are kept in, as <c>id/revision/file</c>.</summary>
    /// <value>
    /// Default: <see langword="null"/>: the folder that <see cref="CacheVariable"/> names, else <c>scott-models</c> in the user's local application
    /// data (Windows), <c>~/Library/Caches</c> (macOS), or <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> (elsewhere).
    /// </value>
    public string? CacheFolder { get; init; }

    /// <summary>Whether the network is forbidden. The variable <see cref="OfflineVariable"/> forbids it too.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Offline { get; init; }

    /// <summary>Where the weights' bytes live once loaded. Embedded weights are always in managed memory.</summary>
    /// <value>Default: <see cref="WeightStorage.Managed"/>.</value>
    public WeightStorage Storage { get; init; } = WeightStorage.Managed;

    /// <summary>
    /// Gives the client to fetch with, for example <c>() =&gt; factory.CreateClient("models")</c> of an <c>IHttpClientFactory</c>. Called once in
    /// an operation that needs the network, and never otherwise; its client is not disposed here. Its own timeout and redirects apply too.
    /// </summary>
    /// <value>Default: <see langword="null"/>, a client that the process shares.</value>
    public Func<HttpClient>? CreateHttpClient { get; init; }

    /// <summary>The longest wait for a server's answer to begin: connection, encryption and headers.</summary>
    /// <value>10 ms to 1 hour; default: 30 seconds.</value>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for the next bytes of an answer.</summary>
    /// <value>10 ms to 1 hour; default: 30 seconds.</value>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The lowest rate of a server that is waited for. One that sends fewer bytes is left for the next source, which resumes from what has arrived.
    /// When every source is too slow, the download fails with an error that states the rates, and a new call resumes.
    /// </summary>
    /// <value>0 (any rate will do) to 1 GiB; default: 1024.</value>
    public long MinimumBytesPerSecond { get; init; } = DefaultMinimumBytesPerSecond;

    /// <summary>The time over which <see cref="MinimumBytesPerSecond"/> is measured. Only waits for the server count.</summary>
    /// <value>10 ms to 1 hour; default: 30 seconds.</value>
    public TimeSpan MinimumRateWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a source is tried again after a fault that may pass. A manifest of which the cache holds a copy is asked for once.
    /// </summary>
    /// <value>0 to 100; default: 5.</value>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>The wait before the first retry. It doubles with each, with jitter.</summary>
    /// <value>More than zero, up to <see cref="MaximumRetryDelay"/>; default: 1 second.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a retry. A server that asks for more in <c>Retry-After</c> is left for the next source.</summary>
    /// <value>Up to 1 hour; default: 2 minutes.</value>
    public TimeSpan MaximumRetryDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock of timeouts and waits.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the lines go that say what is downloaded, and which source failed.</summary>
    /// <value>Default: none are written.</value>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Opens a file inside the package, or gives <see langword="null"/>. Tests put their own files there.</summary>
    internal Func<string, Stream?> OpenEmbedded { get; init; } = EmbeddedFiles.Open;

    /// <summary>What the bytes of an unfinished file are written through. Tests put a full disk there.</summary>
    internal Func<Stream, Stream> WrapPartStream { get; init; } = stream => stream;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ZooOptions));
        for (int i = 0; i < Manifests.Count; i++)
        {
            faults.Require(
                IsManifestPlace(Manifests[i]), $"Manifests[{i}] is '{AddressText.Of(Manifests[i] ?? string.Empty)}'; expected a file or {ZooAddress.Expected}.");
        }

        faults.Require(
            Revision is null || SafeName.IsSafe(Revision), $"Revision is '{Quoted.Value(Revision ?? string.Empty)}'; expected {SafeName.Expected}.");
        faults.Require(CacheFolder is null or { Length: > 0 }, "CacheFolder is empty; expected a folder, or null for the default.");
        faults.Require(Logger is not null, "Logger is null; expected a logger, NullLogger.Instance for none.");
        faults.Require(Enum.IsDefined(Storage), $"Storage is {Storage}; expected Managed or MemoryMapped.");
        RequireTimeout(faults, nameof(ConnectionTimeout), ConnectionTimeout);
        RequireTimeout(faults, nameof(StallTimeout), StallTimeout);
        faults.Require(
            MinimumBytesPerSecond is >= 0 and <= LargestMinimumRate,
            FormattableString.Invariant($"MinimumBytesPerSecond is {MinimumBytesPerSecond}; expected 0 to {LargestMinimumRate}."));
        RequireTimeout(faults, nameof(MinimumRateWindow), MinimumRateWindow);
        faults.RequireRange(nameof(Retries), Retries, 0, MaximumRetries);
        faults.Require(
            RetryDelay > TimeSpan.Zero && RetryDelay <= MaximumRetryDelay,
            $"RetryDelay is {RetryDelay}; expected more than zero and at most MaximumRetryDelay, {MaximumRetryDelay}.");
        faults.Require(MaximumRetryDelay <= LongestTimeout, $"MaximumRetryDelay is {MaximumRetryDelay}; expected at most {LongestTimeout}.");
        faults.ThrowIfAny();
    }

    private static void RequireTimeout(FaultList faults, string name, TimeSpan value) =>
        faults.Require(value >= ShortestTimeout && value <= LongestTimeout, $"{name} is {value}; expected {ShortestTimeout} to {LongestTimeout}.");

    private static bool IsManifestPlace(string? place) =>
        !string.IsNullOrEmpty(place) && (!place.Contains("://", StringComparison.Ordinal) || IsAddress(place));

    private static bool IsAddress(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out Uri? address) && (address.IsFile || ZooAddress.IsAllowed(address));
}
