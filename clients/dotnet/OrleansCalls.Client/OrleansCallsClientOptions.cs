using System.Net.WebSockets;

namespace OrleansCalls.Client;

/// <summary>Options of <see cref="OrleansCallsClient"/>.</summary>
public sealed class OrleansCallsClientOptions
{
    /// <summary>
    /// Required. The gateway, <c>https://calls.example.com</c>, with the path in front of <c>/hubs/calls</c> if there is one.
    /// </summary>
    public Uri? Address { get; set; }

    /// <summary>Required. Returns a valid JWT. Called at each attempt to connect, so that a renewed token is used after a
    /// reconnect. An exception counts as a failed attempt, which is retried.</summary>
    public Func<CancellationToken, ValueTask<string>>? Token { get; set; }

    /// <summary>The installation's id, 1 to 64 characters; stable across restarts. Null: each connection is a device of its
    /// own, and calls are not resumed, unless the token contains the device.</summary>
    public string? DeviceId { get; set; }

    /// <summary>The kind of device, for operators: <c>ios</c>, <c>android</c>, <c>desktop</c>; 32 characters at most.</summary>
    public string? Platform { get; set; }

    /// <summary>Configures each socket: proxy, certificates, cookies.</summary>
    public Action<ClientWebSocketOptions>? ConfigureSocket { get; set; }

    /// <exception cref="ArgumentException">A required setting is missing.</exception>
    internal void Validate()
    {
        if (Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ArgumentException("Address must be an absolute http or https address.");
        if (Token is null)
            throw new ArgumentException("Token must be set.");
    }
}
