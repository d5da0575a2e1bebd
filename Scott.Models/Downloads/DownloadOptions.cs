using Microsoft.Extensions.Logging.Abstractions;

namespace Scott.Models.Downloads;

/// <summary>How files are downloaded: the client, its timeouts and retries, and whether the network may be used. Immutable.</summary>
public record DownloadOptions
{
    /// <summary>The environment variable that forbids the network. It allows the network if it is empty, 0, false or no.</summary>
    public const string OfflineVariable = "SCOTT_OFFLINE";

    /// <summary>The default of <see cref="Retries"/>.</summary>
    public const int DefaultRetries = 5;

    /// <summary>The default of <see cref="MinimumBytesPerSecond"/>.</summary>
    public const long DefaultMinimumBytesPerSecond = 1024;

    private const int MaximumRetries = 100;
    private const long LargestMinimumRate = 1L << 30;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>Whether the network is forbidden. The variable <see cref="OfflineVariable"/> forbids it too.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Offline { get; init; }

    /// <summary>
    /// Returns the client for downloads, for example <c>() =&gt; factory.CreateClient("models")</c> of an <c>IHttpClientFactory</c>. Called once
    /// in each operation that needs the network. The client is not disposed. Its own timeout and redirects apply too.
    /// </summary>
    /// <value>Default: <see langword="null"/>, a client that the process shares.</value>
    public Func<HttpClient>? CreateHttpClient { get; init; }

    /// <summary>The longest wait until the headers of a server's answer arrive, including connection and encryption.</summary>
    /// <value>10 ms to 1 hour; default: 30 seconds.</value>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for the next bytes of an answer.</summary>
    /// <value>10 ms to 1 hour; default: 30 seconds.</value>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The lowest acceptable rate of a server. When it sends fewer bytes, the next source takes over and resumes from what has arrived. When every
    /// source is too slow, the download fails with an error that states the rates, and a new call resumes.
    /// </summary>
    /// <value>0 (any rate) to 1 GiB; default: 1024.</value>
    public long MinimumBytesPerSecond { get; init; } = DefaultMinimumBytesPerSecond;

    /// <summary>The time over which <see cref="MinimumBytesPerSecond"/> is measured. Only waits for the server count.</summary>
    /// <value>10 ms to 1 hour; default: 30 seconds.</value>
    public TimeSpan MinimumRateWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a source is tried again after a temporary fault. A manifest with a copy in the cache is asked for once.</summary>
    /// <value>0 to 100; default: 5.</value>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>The wait before the first retry. It doubles with each retry, with jitter.</summary>
    /// <value>More than zero, up to <see cref="MaximumRetryDelay"/>; default: 1 second.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a retry. If a server asks for a longer one in <c>Retry-After</c>, the next source takes over.</summary>
    /// <value>Up to 1 hour; default: 2 minutes.</value>
    public TimeSpan MaximumRetryDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock of timeouts and waits.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The log of what is downloaded and which source failed.</summary>
    /// <value>Default: no log.</value>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Wraps the stream that an unfinished file is written to. Tests simulate a full disk with it.</summary>
    internal Func<Stream, Stream> WrapPartStream { get; init; } = stream => stream;

    /// <summary>Gives more advice for an error about the disk: only the caller knows the purpose of the folder.</summary>
    internal Func<StorageFault, string>? StorageAdvice { get; init; }

    internal bool IsOffline => Offline || ForbidsNetwork(Environment.GetEnvironmentVariable(OfflineVariable));

    /// <summary>What errors say about the lack of a network.</summary>
    internal string NetworkForbidden => $"the network is forbidden ({GetType().Name}.{nameof(Offline)} or {OfflineVariable})";

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(GetType().Name);
        Check(faults);
        faults.ThrowIfAny();
    }

    /// <summary>Whether a value of the variable forbids the network. Every value does, except an empty one, 0, false and no.</summary>
    internal static bool ForbidsNetwork(string? value) =>
        value is { Length: > 0 } and not "0"
        && !value.Equals("false", StringComparison.OrdinalIgnoreCase)
        && !value.Equals("no", StringComparison.OrdinalIgnoreCase);

    private protected virtual void Check(FaultList faults)
    {
        faults.Require(Logger is not null, "Logger is null; expected a logger, NullLogger.Instance for none.");
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
    }

    private static void RequireTimeout(FaultList faults, string name, TimeSpan value) =>
        faults.Require(value >= ShortestTimeout && value <= LongestTimeout, $"{name} is {value}; expected {ShortestTimeout} to {LongestTimeout}.");
}
