using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Scott.Models.Tests.Zoo;

/// <summary>Two servers on this machine in the form of the Hugging Face Hub: one that knows repositories, and a file store that it redirects
/// to.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly Dictionary<string, Dictionary<string, byte[]>> _repositories = [];
    private readonly Dictionary<string, byte[]> _stored = [];

    private HubServer(ModelServer front, ModelServer store) => (Front, Store) = (front, store);

    public ModelServer Front { get; }

    public ModelServer Store { get; }

    public string Endpoint => Front.Address.TrimEnd('/');

    /// <summary>Answers in place of the hub, if it returns true.</summary>
    public Func<HttpContext, bool> Intercept { get; set; } = _ => false;

    public static async Task<HubServer> StartAsync()
    {
        var server = new HubServer(await ModelServer.StartAsync(), await ModelServer.StartAsync());
        server.Front.Answer = server.AnswerAsync;
        server.Store.Answer = context => ModelServer.SendAsync(context, server._stored[context.Request.Path.Value![1..]], "\"stored\"");
        return server;
    }

    /// <summary>Adds a repository with the files of a folder.</summary>
    public void Add(string repository, string folder) =>
        Add(repository, Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));

    public void Add(string repository, Dictionary<string, byte[]> files)
    {
        _repositories[repository] = files;
        foreach (byte[] content in files.Values)
            _stored[Sha256(content)] = content;
    }

    public void Replace(string repository, string file, byte[] content) => _repositories[repository][file] = content;

    /// <summary>What the store sends in place of a file.</summary>
    public void Spoil(byte[] content, byte[] sent) => _stored[Sha256(content)] = sent;

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static void Refuse(HttpContext context, int status, string? code = null)
    {
        context.Response.StatusCode = status;
        if (code is not null)
            context.Response.Headers["X-Error-Code"] = code;
    }

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        await Store.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Intercept(context))
            return;

        string[] parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int resolve = Array.IndexOf(parts, "resolve");
        if (!_repositories.TryGetValue(string.Join('/', parts[..resolve]), out Dictionary<string, byte[]>? files))
        {
            Refuse(context, StatusCodes.Status401Unauthorized, "RepoNotFound");
            return;
        }

        if (parts[resolve + 1] is not ("main" or Commit))
        {
            Refuse(context, StatusCodes.Status404NotFound, "RevisionNotFound");
            return;
        }

        context.Response.Headers["X-Repo-Commit"] = Commit;
        if (files.TryGetValue(parts[resolve + 2], out byte[]? content))
            await SendAsync(context, parts[resolve + 2], content);
        else
            Refuse(context, StatusCodes.Status404NotFound, "EntryNotFound");
    }

    /// <summary>Small texts come from Git itself, anything else from the store.</summary>
    private async Task SendAsync(HttpContext context, string name, byte[] content)
    {
        if (!name.EndsWith(".json", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
            context.Response.Headers["X-Linked-Size"] = content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers.Location = Store.Address + Sha256(content);
            return;
        }

        context.Response.Headers.ETag = $"\"{GitSha1(content)}\"";
        context.Response.ContentLength = content.Length;
        if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.Body.WriteAsync(content);
    }

    private static string GitSha1(byte[] content) =>
#pragma warning disable CA5350 // Git names files so.
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {content.Length}\0")), .. content]));
#pragma warning restore CA5350
}
