using System.Net;
using System.Net.Http.Headers;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Asks the Hugging Face Hub about files of a repository, and gets them. The token goes to the hub's own host only.</summary>
/// <remarks>The protocol is that of <c>huggingface_hub</c> (<c>file_download.py</c>): the hub answers small files itself and redirects large ones to
/// a file store; headers tell the commit and the checksum.</remarks>
internal sealed class HubClient
{
    /// <summary>The largest file that the hub keeps in Git itself is 10 MB; anything longer has a SHA-256.</summary>
    private const int MaximumSmallBytes = 32 << 20;

    private const string ErrorHeader = "X-Error-Code";

    private readonly HttpExchange _http;
    private readonly string _endpoint;
    private readonly AuthenticationHeaderValue? _secret;

    /// <exception cref="ScottConfigurationException">An environment variable names no legal address, or holds no legal token.</exception>
    public HubClient(ZooOptions options, HttpExchange http)
    {
        options.RequireHub();
        (_http, _endpoint) = (http, options.FullHubEndpoint);
        _secret = options.FullHubToken is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }

    /// <summary>What the hub says about a file; <see langword="null"/> if the repository has no such file.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">The file.</param>
    /// <param name="retries">Whether to try again if the hub does not answer.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ModelUnavailableException">There is no such repository or revision, or no access.</exception>
    /// <exception cref="SourceFaultException">The hub does not answer, or not as it should.</exception>
    public async Task<HubFile?> FindAsync(HubRepository repository, string name, bool retries, CancellationToken cancellationToken)
    {
        HubFile? found = null;
        await _http.RunAsync(AttemptAsync, retries, cancellationToken).ConfigureAwait(false);
        return found;

        async Task AttemptAsync(CancellationToken token)
        {
            using HttpResponseMessage response = await _http.HeadAsync(
                repository.AddressOf(_endpoint, name), HubFile.LinkedTagHeader, token, _secret).ConfigureAwait(false);
            found = response.StatusCode < HttpStatusCode.BadRequest ? HubFile.Of(name, response)
                : IsMissingFile(response) ? null
                : throw Refusal(repository, response);
        }
    }

    /// <summary>The bytes of a small file, checked against the checksum of Git.</summary>
    /// <exception cref="SourceFaultException">The hub does not deliver them, or others.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HubRepository repository, HubFile file, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = default;
        await _http.RunAsync(AttemptAsync, retries: true, cancellationToken).ConfigureAwait(false);
        return bytes;

        async Task AttemptAsync(CancellationToken token)
        {
            using HttpResponseMessage response = await _http.SendAsync(
                repository.AddressOf(_endpoint, file.Name), static _ => { }, token, _secret).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw Refusal(repository, response);

            bytes = await _http.ReadBodyAsync(response, MaximumSmallBytes, token).ConfigureAwait(false);
            if (file.GitSha1 is { } expected && HubFile.GitSha1Of(bytes.Span) is var sum && sum != expected)
                throw new TransientFaultException($"'{file.Name}' came with the Git checksum {sum}; the hub says {expected}.");
        }
    }

    /// <summary>Where a large file is downloaded from.</summary>
    public FileSource SourceOf(HubRepository repository, HubFile file) =>
        new HttpFileSource(repository.AddressOf(_endpoint, file.Name), _http, _secret);

    private static bool IsMissingFile(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NotFound && HubFile.Header(response, ErrorHeader) == "EntryNotFound";

    /// <summary>Says in words what an answer means. Only a fault that may pass is tried again.</summary>
    private Exception Refusal(HubRepository repository, HttpResponseMessage response)
    {
        string? code = HubFile.Header(response, ErrorHeader);
        string token = _secret is null
            ? $"No token was sent: set ZooOptions.HubToken or {ZooOptions.HubTokenVariable} if it is private."
            : "The token that was sent may not read it.";
        (ModelUnavailableFault Fault, string Message)? refused = (response.StatusCode, code) switch
        {
            (_, "GatedRepo") or (HttpStatusCode.Forbidden, _) => (
                ModelUnavailableFault.AccessDenied,
                $"The publisher of '{repository.Name}' gives access on request. Ask for it at {_endpoint}/{repository.Name}. {token}"),
            (_, "RevisionNotFound") => (
                ModelUnavailableFault.UnknownRevision, $"'{repository.Name}' has no branch, tag or commit '{repository.Revision}'."),
            (HttpStatusCode.Unauthorized, null) when _secret is not null => (
                ModelUnavailableFault.AccessDenied,
                $"The hub does not accept the token for '{repository.Name}'. Make a new one at {_endpoint}/settings/tokens."),
            (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, _) => (
                ModelUnavailableFault.UnknownModel, $"The hub shows no repository '{repository.Name}': it does not exist, or is private. {token}"),
            _ => null,
        };
        if (refused is { } known)
            return new ModelUnavailableException(known.Fault, repository.Name, known.Message);

        SourceFaultException fault = _http.Refusal(response);
        if (response.StatusCode != HttpStatusCode.TooManyRequests || _secret is not null)
            return fault;

        string limited = $"{fault.Message} The hub limits requests without a token; set ZooOptions.HubToken or {ZooOptions.HubTokenVariable}.";
        return fault is TransientFaultException { RetryAfter: var wait }
            ? new TransientFaultException(limited, wait)
            : new SourceFaultException(limited);
    }
}
