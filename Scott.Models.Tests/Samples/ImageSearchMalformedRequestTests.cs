using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Scott.Models.Tests.Samples;

/// <summary>Requests that no client should send: each gets the status that names its fault, and no answer tells what goes on inside.</summary>
public sealed class ImageSearchMalformedRequestTests(ImageSearchServer server) : IClassFixture<ImageSearchServer>
{
    private const string Chunked = "Transfer-Encoding: chunked";

    [Theory]
    [InlineData(400, Chunked, "ZZ\r\nhello\r\n0\r\n\r\n")]
    [InlineData(400, Chunked, "-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(400, Chunked, "FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    [InlineData(400, Chunked, "80000000\r\nhello\r\n0\r\n\r\n")]
    [InlineData(400, Chunked, "5\r\nhelloXX0\r\n\r\n")]
    [InlineData(400, Chunked, "\r\n\r\n")]
    [InlineData(400, Chunked, "0\r\nno trailer\r\n\r\n")]
    [InlineData(408, Chunked, "7ffffff\r\nhello")]
    [InlineData(400, "Transfer-Encoding: gzip", "hello")]
    [InlineData(400, "Content-Length: five", "hello")]
    [InlineData(400, "Content-Length: -1", "hello")]
    [InlineData(400, "Content-Length: 99999999999999999999", "hello")]
    [InlineData(413, "Content-Length: 99999999999", "hello")]
    [InlineData(400, "Content-Length: 0", "")]
    [InlineData(408, "Content-Length: 500000", "hello")]
    [InlineData(415, "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5", "--xyz")]
    [InlineData(415, "Content-Type: multipart/form-data\r\nContent-Length: 5", "--xyz")]
    [InlineData(415, "Content-Type: application/json\r\nContent-Length: 5", "{bad}")]
    [InlineData(400, "No colon", "")]
    public async Task Search_Malformed_IsRefusedByItsFault(int status, string headers, string body) =>
        AssertRefused(status, await SendAsync($"POST /api/search HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{headers}\r\n\r\n{body}"));

    [Theory]
    [InlineData(405, "PUT /api/search HTTP/1.1")]
    [InlineData(404, "GET /api/unknown HTTP/1.1")]
    [InlineData(400, "GET /%00 HTTP/1.1")]
    [InlineData(400, "GET /api/images/%00%ff/thumbnail HTTP/1.1")]
    [InlineData(404, "GET /api/images/%c0%af/similar HTTP/1.1")]
    [InlineData(400, "nonsense")]
    [InlineData(505, "GET / HTTP/9.9")]
    public async Task Request_WithAnOddFirstLine_IsRefusedByItsFault(int status, string line) =>
        AssertRefused(status, await SendAsync($"{line}\r\nHost: {server.Address.Authority}\r\nContent-Length: 0\r\n\r\n"));

    private static void AssertRefused(int status, string answer)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        foreach (string inside in new[] { "   at ", "Exception", "System.", "Kestrel", ".cs" })
            Assert.DoesNotContain(inside, answer, StringComparison.Ordinal);
    }

    /// <summary>The answer, up to the end that its headers tell or the connection's.</summary>
    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = new StringBuilder();
        byte[] buffer = new byte[1 << 16];
        while (!IsWhole(answer.ToString()) && await stream.ReadAsync(buffer, limit.Token) is > 0 and int read)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));

        return answer.ToString();
    }

    private static bool IsWhole(string answer) =>
        answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
        || (answer.Contains("Content-Length: 0", StringComparison.Ordinal) && answer.EndsWith("\r\n\r\n", StringComparison.Ordinal));
}
