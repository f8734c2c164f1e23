using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections.Client;

namespace OrleansCalls.Client;

/// <summary>
/// Opens the WebSocket of each attempt: with a token and the <c>seqs</c> of that moment, and a refusal as a typed error.
/// </summary>
internal sealed class HubSocket(OrleansCallsClientOptions options, Func<string> seqs)
{
    private ClientWebSocket? _current;

    /// <summary>The address of the hub, without a token or <c>seqs</c>.</summary>
    public Uri Address { get; } = new(
        $"{options.Address!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/hubs/calls?{Parameter("deviceId", options.DeviceId)}{Parameter("platform", options.Platform)}");

    /// <summary>Connects. Throws <see cref="OrleansCallsException"/> when the service refuses or cannot be reached.</summary>
    public async ValueTask<WebSocket> Connect(WebSocketConnectionContext context, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        try
        {
            options.ConfigureSocket?.Invoke(socket.Options);
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader(
                "Authorization", $"Bearer {await options.Token!(cancellation).ConfigureAwait(false)}");
            await socket.ConnectAsync(new Uri(context.Uri + Parameter("seqs", seqs())), cancellation).ConfigureAwait(false);
            return _current = socket;
        }
        catch (Exception exception)
        {
            var error = Errors.OfHandshake((int)socket.HttpStatusCode, socket.HttpResponseHeaders, exception);
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw error;
        }
    }

    /// <summary>Closes the current socket normally; the hub connection then reconnects.</summary>
    public async Task Leave()
    {
        if (_current is not { } socket)
            return;
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The socket has ended by itself meanwhile.
        }
    }

    private static string Parameter(string name, string? value) =>
        string.IsNullOrEmpty(value) ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
