using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Scott.Models.Downloads;

/// <summary>Requests with timeouts, retries and redirects. Every fault of the network becomes a <see cref="SourceFaultException"/>. The client is
/// created only with the first request.</summary>
internal sealed class HttpExchange
{
    private const int MaximumRedirects = 8;
    private const int ChunkBytes = 1 << 14;

    private static readonly HashSet<string> HarmlessHeaders =
        new(StringComparer.OrdinalIgnoreCase) { "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control" };

    private readonly DownloadOptions _options;
    private readonly Lazy<HttpClient> _client;
    private readonly ResiliencePipeline _connection;
    private readonly ResiliencePipeline _stall;
    private readonly ResiliencePipeline _retry;

    public HttpExchange(DownloadOptions options)
    {
        _options = options;
        _client = new Lazy<HttpClient>(() => options.CreateHttpClient is not { } create ? DownloadClient.Shared
            : create() ?? throw new InvalidOperationException("DownloadOptions.CreateHttpClient returned null; expected a client."));
        _connection = Builder().AddTimeout(options.ConnectionTimeout).Build();
        _stall = Builder().AddTimeout(options.StallTimeout).Build();
        _retry = options.Retries == 0 ? ResiliencePipeline.Empty : Builder().AddRetry(RetryStrategy()).Build();
    }

    /// <summary>Runs attempts until one succeeds, one fails permanently, or the retries are used up. Without retries, runs one attempt.</summary>
    public Task RunAsync(Func<CancellationToken, Task> attempt, bool retries, CancellationToken cancellationToken) =>
        (retries ? _retry : ResiliencePipeline.Empty).ExecuteAsync(
        async token =>
        {
            try
            {
                await attempt(token).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsNetworkFault(exception))
            {
                token.ThrowIfCancellationRequested();
                throw new TransientFaultException(Describe(exception), innerException: exception);
            }
        },
        cancellationToken).AsTask();

    /// <summary>Gets the headers of an answer. Follows redirects, but none to a less safe address. A secret stays with the address's own
    /// host.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        Uri address, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken, AuthenticationHeaderValue? secret = null)
    {
        Uri current = address;
        for (int hop = 0; hop <= MaximumRedirects; hop++)
        {
            AuthenticationHeaderValue? allowed = SafeAddress.IsSameOrigin(address, current) ? secret : null;
            HttpResponseMessage response = await SendOneAsync(
                HttpMethod.Get, current, prepare, allowed, cancellationToken).ConfigureAwait(false);
            Uri answering = response.RequestMessage?.RequestUri ?? current;
            bool isAllowed = SafeAddress.IsAllowedRedirect(current, answering);
            if (isAllowed && !IsRedirect(response.StatusCode))
                return response;

            using (response)
                current = isAllowed ? Follow(answering, LocationOf(response)) : Follow(current, answering);
        }

        throw new SourceFaultException($"it redirects more than {MaximumRedirects} times.");
    }

    /// <summary>Asks for the headers of an answer alone. Follows relative redirects, as to the new name of a renamed place. Any other redirect is the
    /// answer, and so is one that has the header that is asked for.</summary>
    public async Task<HttpResponseMessage> HeadAsync(
        Uri address, string sufficientHeader, CancellationToken cancellationToken, AuthenticationHeaderValue? secret = null)
    {
        Uri current = address;
        for (int hop = 0; hop <= MaximumRedirects; hop++)
        {
            HttpResponseMessage response = await SendOneAsync(
                HttpMethod.Head, current, static _ => { }, secret, cancellationToken).ConfigureAwait(false);
            if (response.RequestMessage?.RequestUri is { } answering && !SafeAddress.IsSameOrigin(address, answering))
            {
                response.Dispose();
                throw new SourceFaultException("the client follows redirects to other hosts; give it a handler with AllowAutoRedirect = false.");
            }

            if (!IsRedirect(response.StatusCode)
                || response.Headers.NonValidated.Contains(sufficientHeader)
                || response.Headers.Location is not { IsAbsoluteUri: false } location
                || !Uri.TryCreate(current, location, out Uri? to))
            {
                return response;
            }

            using (response)
                current = Follow(current, to);
        }

        throw new SourceFaultException($"it redirects more than {MaximumRedirects} times.");
    }

    /// <summary>Reads the body of an answer into memory.</summary>
    /// <exception cref="SourceFaultException">It is longer than allowed, or does not come.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, int maximumBytes, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        HttpBody body = await OpenBodyAsync(response, string.Empty, cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            int count;
            while ((count = await body.ReadAsync(content.GetMemory(ChunkBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                content.Advance(count);
                if (content.WrittenCount > maximumBytes)
                    throw new SourceFaultException($"it sends more than {Plural.Of(maximumBytes, "byte")}, which no such file has.");
            }
        }

        return content.WrittenMemory;
    }

    /// <summary>Opens the body of an answer. Each wait for its bytes has the time limit of the options.</summary>
    public Task<HttpBody> OpenBodyAsync(HttpResponseMessage response, string fileName, CancellationToken cancellationToken) =>
        HttpBody.OpenAsync(response, fileName, _stall, _options, cancellationToken);

    /// <summary>The fault for an answer that does not contain the file.</summary>
    public SourceFaultException Refusal(HttpResponseMessage response)
    {
        string answer = $"it answered {(int)response.StatusCode} {Quoted.Value(response.ReasonPhrase ?? string.Empty)}".TrimEnd();
        bool isTransient = response.StatusCode
            is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        if (!isTransient)
            return new SourceFaultException($"{answer}.");

        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _options.TimeProvider.GetUtcNow(),
            _ => null,
        };
        return wait > _options.MaximumRetryDelay
            ? new SourceFaultException($"{answer} and asks to wait {wait}; the longest wait is {_options.MaximumRetryDelay}.")
            : new TransientFaultException($"{answer}.", wait is { } asked && asked < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    private ResiliencePipelineBuilder Builder() => new() { TimeProvider = _options.TimeProvider };

    private RetryStrategyOptions RetryStrategy() => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<TransientFaultException>(),
        MaxRetryAttempts = _options.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = _options.RetryDelay,
        MaxDelay = _options.MaximumRetryDelay,
        OnRetry = arguments =>
        {
            string reason = arguments.Outcome.Exception?.Message ?? string.Empty;
            TransferLog.Retrying(_options.Logger, arguments.RetryDelay, arguments.AttemptNumber + 1, _options.Retries, reason);
            return ValueTask.CompletedTask;
        },
        DelayGenerator = static arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientFaultException)?.RetryAfter),
    };

    private async Task<HttpResponseMessage> SendOneAsync(
        HttpMethod method, Uri address, Action<HttpRequestMessage> prepare, AuthenticationHeaderValue? secret, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = secret;
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoTransform = true };
        prepare(request);
        return await _connection.ExecuteAsync(
            static async (state, token) =>
                await state.Client.SendAsync(state.request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false),
            (Client: _client.Value, request),
            cancellationToken).ConfigureAwait(false);
    }

    private static Uri LocationOf(HttpResponseMessage response)
    {
        string answer = $"it answered {(int)response.StatusCode}";
        return response.Headers.Location
            ?? throw new SourceFaultException(response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values)
                ? $"{answer} with the malformed Location '{AddressText.OfText(string.Join(", ", values))}'; expected an address."
                : $"{answer} without a Location header.");
    }

    private Uri Follow(Uri from, Uri location)
    {
        if (!Uri.TryCreate(from, location, out Uri? to))
            throw new SourceFaultException($"it redirects to the malformed Location '{AddressText.Of(location)}'; expected an address.");

        if (!SafeAddress.IsAllowedRedirect(from, to))
        {
            throw new SourceFaultException(to.UserInfo.Length > 0
                ? $"it redirects to '{AddressText.Of(to)}' with a user name or password; expected https without them."
                : $"it redirects to '{AddressText.Of(to)}'; expected https.");
        }

        // .NET's own redirects drop Authorization. Here the client's default headers cannot be left out of one request, and each may be a secret.
        if (!SafeAddress.IsSameOrigin(from, to)
            && _client.Value.DefaultRequestHeaders.FirstOrDefault(header => !HarmlessHeaders.Contains(header.Key)).Key is { } secret)
        {
            throw new SourceFaultException(
                $"it redirects to '{AddressText.Of(to)}', where the client's default header {secret} must not go. "
                    + "Give the client a handler that adds it for its own host only.");
        }

        return to;
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>InvalidDataException means a damaged encoded body. A cancellation that the caller did not ask for is the client's timeout.</summary>
    private static bool IsNetworkFault(Exception exception) =>
        exception is HttpRequestException or IOException or InvalidDataException or TimeoutRejectedException or OperationCanceledException;

    private static string Describe(Exception exception) => exception switch
    {
        TimeoutRejectedException timeout => FormattableString.Invariant($"nothing came for {timeout.Timeout.TotalSeconds:0.###} seconds."),
        OperationCanceledException => "the client's own timeout ran out.",
        { InnerException: { } inner } => Quoted.Value($"{exception.Message} {inner.Message}", Quoted.LongestFault),
        _ => Quoted.Value(exception.Message, Quoted.LongestFault),
    };
}
