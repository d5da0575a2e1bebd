using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace Scott.Models.Tests.Browser;

/// <summary>A connection to a browser by the Chrome DevTools protocol: commands with their answers, and events.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _answers = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    private DevTools()
    {
    }

    /// <summary>Told of each event by the thread that reads.</summary>
    public event Action<string, JsonElement>? Happened;

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, CancellationToken.None);
        tools._reading = tools.ReadAsync();
        return tools;
    }

    public async Task<JsonElement> SendAsync(string method, object? parameters = null, string? session = null)
    {
        int id = Interlocked.Increment(ref _last);
        TaskCompletionSource<JsonElement> answer = _answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(session is null
            ? (object)new { id, method, @params = parameters ?? new { } }
            : new { id, method, @params = parameters ?? new { }, sessionId = session });
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        JsonElement result = await answer.Task.WaitAsync(AnswerLimit);
        return result.TryGetProperty("error", out JsonElement error) ? throw new InvalidOperationException($"{method}: {error}") : result.GetProperty("result");
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    using JsonDocument document = JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length));
                    Take(document.RootElement.Clone());
                    message.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or JsonException)
        {
            // The browser is gone: whoever still waits is told.
            foreach (TaskCompletionSource<JsonElement> answer in _answers.Values)
            {
                answer.TrySetException(exception);
            }
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out JsonElement id) && _answers.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer))
        {
            answer.SetResult(message);
        }
        else if (message.TryGetProperty("method", out JsonElement method))
        {
            Happened?.Invoke(method.GetString()!, message.GetProperty("params"));
        }
    }
}
