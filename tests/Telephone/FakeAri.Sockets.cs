using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Telephone;

/// <content>The events.</content>
public sealed partial class FakeAri
{
    /// <summary>The WebSockets end without a word: all, or those of one user.</summary>
    public void CutSockets(string? user = null)
    {
        lock (_lock)
        {
            foreach (var (socket, _) in _sockets.Where(one => user is null || one.User == user))
                socket.Abort();
            _sockets.RemoveAll(one => user is null || one.User == user);
        }
    }

    /// <summary>Whose socket has the events.</summary>
    public string? Listener
    {
        get
        {
            lock (_lock)
                return _sockets.Count == 0 ? null : _sockets[^1].User;
        }
    }

    /// <summary>Sends something over the WebSocket as it is.</summary>
    public void SaysRaw(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        lock (_lock)
            foreach (var (socket, _) in _sockets)
                socket.SendAsync(bytes, type, true, CancellationToken.None).Wait(Patience);
    }

    private async Task Listen(HttpContext context, string user)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        lock (_lock)
        {
            if (!TellsAll && _sockets.Count > 0)
            {
                // The older socket stays open, and hears nothing any more.
                Say(new { type = "ApplicationReplaced", application = App, timestamp = Now() });
                _sockets.Clear();
            }

            _sockets.Add((socket, user));
        }

        try
        {
            while (!(await socket.ReceiveAsync(new byte[256], context.RequestAborted)).CloseStatus.HasValue)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
        }

        lock (_lock)
            _sockets.RemoveAll(one => one.Socket == socket);
    }

    private static string Now() =>
        TimeProvider.System.GetUtcNow().ToString(
            "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", System.Globalization.CultureInfo.InvariantCulture);

    // Under the lock, so that events keep their order; the messages are small and the reader is fast.
    private void Say(object what)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(what));
        foreach (var (socket, _) in _sockets)
        {
            try
            {
                socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None).Wait(Patience);
            }
            catch (AggregateException)
            {
                // Aborted; its reader finds out by itself.
            }
        }
    }
}
