using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Scott.Models.Tests.Imaging;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample under many and under large uploads at once: bounded memory, and an answer for each.</summary>
public sealed class ImageSearchLoadTests
{
    private const int UploadBytes = 10 * 1024 * 1024;
    private const int Uploads = 100;
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Search_WithAHundredUploadsHeldOpen_KeepsFewOfThemInMemory()
    {
        await WithServerAsync(async (process, address) =>
        {
            long before = PeakBytes(process);
            var clients = new List<TcpClient>();
            byte[] body = new byte[UploadBytes - 1];
            await Task.WhenAll(Enumerable.Range(0, Uploads).Select(async _ =>
            {
                var client = new TcpClient();
                lock (clients)
                    clients.Add(client);

                await client.ConnectAsync(IPAddress.Loopback, address.Port);
                await client.GetStream().WriteAsync(Head(address, $"Content-Length: {UploadBytes}"));
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                try
                {
                    await client.GetStream().WriteAsync(body, limit.Token);
                }
                catch (Exception exception) when (exception is OperationCanceledException or IOException)
                {
                    // The server does not read what it has no room for.
                }
            }));
            long taken = PeakBytes(process) - before;
            clients.ForEach(client => client.Dispose());

            // All of them have 1000 MiB.
            Assert.InRange(taken / Mebibyte, 0, 350);
        });
    }

    [Fact]
    public async Task Search_WithMoreRequestsThanTheQueueHolds_RefusesTheRestForNowAndThenServesAgain()
    {
        await WithServerAsync(async (_, address) =>
        {
            using var client = new HttpClient { BaseAddress = address };
            var held = new List<TcpClient>();
            HttpResponseMessage refused;
            try
            {
                // An upload that sends nothing loses its place after three seconds, which a busy machine may take to make the connections.
                int attempts = 0;
                do
                {
                    for (int i = 0; i < 80; i++)
                    {
                        var connection = new TcpClient();
                        held.Add(connection);
                        await connection.ConnectAsync(IPAddress.Loopback, address.Port);
                        await connection.GetStream().WriteAsync(Head(address, "Content-Length: 1000000"));
                    }

                    refused = await client.PostAsync(new Uri("/api/search", UriKind.Relative), new ByteArrayContent([1, 2, 3]));
                }
                while (refused.StatusCode != HttpStatusCode.ServiceUnavailable && ++attempts < 5);

                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/status", UriKind.Relative))).StatusCode);
            }
            finally
            {
                // Clients that leave give their places back.
                held.ForEach(connection => connection.Dispose());
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            HttpStatusCode last = refused.StatusCode;
            long start = Stopwatch.GetTimestamp();
            while (last == HttpStatusCode.ServiceUnavailable && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
                last = (await client.PostAsync(new Uri("/api/search", UriKind.Relative), new ByteArrayContent([1, 2, 3]))).StatusCode;

            Assert.Equal(HttpStatusCode.UnsupportedMediaType, last);
        });
    }

    [Fact]
    public async Task Search_WithAnUploadThatDrips_GivesItsPlaceToOthers()
    {
        await WithServerAsync(async (_, address) =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, address.Port);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Head(address, "Content-Length: 1000000"));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            Task<int> answer = stream.ReadAsync(new byte[1], limit.Token).AsTask();
            while (!answer.IsCompleted)
            {
                await stream.WriteAsync(new byte[] { 0 }, limit.Token);
                await Task.WhenAny(answer, Task.Delay(200, limit.Token));
            }

            Assert.Equal(1, await answer);
        });
    }

    [Fact]
    public async Task Search_WithEightLargeImagesAtOnce_DecodesOneAtATime()
    {
        // Black, of 1 bit a pixel: a few kilobytes in the file, 4 bytes a pixel when decoded.
        const int Width = 9000, Height = 7000;
        byte[] image = TestImages.Png(Width, Height, bitDepth: 1, colorType: 0, new byte[Width / 8 * Height]);
        await WithServerAsync(async (process, address) =>
        {
            using var client = new HttpClient { BaseAddress = address };
            long before = PeakBytes(process);
            HttpResponseMessage[] answers = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => client.PostAsync(new Uri("/api/search", UriKind.Relative), new ByteArrayContent(image))));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
            JsonElement first = JsonElement.Parse(await answers[0].Content.ReadAsStringAsync());
            Assert.StartsWith("data:image/png", first.GetProperty("seen").GetString(), StringComparison.Ordinal);

            // The pixels of one take 240 MiB, and a pooled buffer 256.
            Assert.InRange((PeakBytes(process) - before) / Mebibyte, 0, 480);
        });
    }

    private static byte[] Head(Uri address, params string[] headers) =>
        Encoding.ASCII.GetBytes($"POST /api/search HTTP/1.1\r\nHost: {address.Authority}\r\n{string.Join("\r\n", headers)}\r\n\r\n");

    private static async Task WithServerAsync(Func<Process, Uri, Task> act)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peak memory is read from /proc.");
        using var folder = new TemporaryFolder();
        (Process process, Uri address) = await ImageSearchServer.StartWithAsync([], "--folder", folder.Path);
        using (process)
        {
            try
            {
                await act(process, address);
            }
            finally
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }

    private static long PeakBytes(Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
    }
}
