using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Many sockets without a good token, each of which does once a second what its kind does, and comes back when it is closed.
/// </summary>
internal sealed class Pests : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _all;

    public Pests(Uri address, int sockets) => _all = Task.WhenAll(Enumerable.Range(0, sockets).Select(i => (i % 4) switch
    {
        // Headers that never end.
        0 => Again(() => Raw(address, "GET / HTTP/1.1\r\nHost: x\r\n", "X: y\r\n")),
        // Tokens that are none.
        1 => Again(() => Raw(address, "", "GET /api/v1/config HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a.b.c\r\n\r\n")),
        // Sessions that connect to what is not there.
        2 => Again(() => WebSocket(address, "socket.io/?EIO=4&transport=websocket", "40/nowhere,", end: true)),
        // Messages that never end.
        _ => Again(() => WebSocket(address, "ws", "{\"type\":\"", end: false)),
    }));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _all;
        _end.Dispose();
    }

    private async Task Again(Func<Task> life)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await life();
            }
            catch (Exception e)
                when (e is WebSocketException or SocketException or OperationCanceledException or HttpRequestException)
            {
                // Closed, refused, or the end.
            }

            await Task.Delay(Pace, TimeProvider.System, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Raw(Uri address, string first, string then)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, _end.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes(first), _end.Token);
        using var clock = new PeriodicTimer(Pace);
        var answer = new byte[4_096];
        while (await clock.WaitForNextTickAsync(_end.Token))
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(then), _end.Token);
            if (socket.Poll(0, SelectMode.SelectRead) && await socket.ReceiveAsync(answer, _end.Token) == 0)
                return;
        }
    }

    private async Task WebSocket(Uri address, string path, string text, bool end)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{address.Authority}/{path}"), _end.Token);
        using var clock = new PeriodicTimer(Pace);
        var bytes = Encoding.UTF8.GetBytes(text);
        while (await clock.WaitForNextTickAsync(_end.Token))
            await socket.SendAsync(bytes, WebSocketMessageType.Text, end, _end.Token);
    }
}
