using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using OrleansCalls.Gateway.Hubs;

namespace OrleansCalls.Tests.Support;

/// <summary>A client of the hub: Microsoft's own, which remembers what it has been told until a test asks.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // The service listens to this process' own client too; a client elsewhere would not know of its traces.
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });

    private readonly Channel<(string Target, JsonNode Payload)> _told = Channel.CreateUnbounded<(string, JsonNode)>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HubConnection _connection;
    private readonly CutableNetwork _network = new();
    private ClientWebSocket? _socket;

    private HubClient(Uri url, HttpTransportType? transport)
    {
        _connection = new HubConnectionBuilder().WithUrl(url, options =>
        {
            // Bare WebSockets, as our own clients open them, or negotiated ones of a kind.
            options.SkipNegotiation = transport is null;
            options.Transports = transport ?? HttpTransportType.WebSockets;
            options.HttpMessageHandlerFactory = _ => _network;
            options.WebSocketFactory = async (context, cancellation) =>
            {
                _socket = new ClientWebSocket();
                await _socket.ConnectAsync(context.Uri, Http, cancellation);
                return _socket;
            };
        }).Build();
        foreach (var told in HubEvent.All)
            _connection.On<JsonNode>(told.Name, payload => _told.Writer.TryWrite((told.Name, payload)));
        _connection.Closed += _ =>
        {
            _told.Writer.TryComplete();
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection has ended, whoever ended it.</summary>
    public Task Closed => _closed.Task.WaitAsync(Patience);

    public static async Task<HubClient> Connect(
        Uri address, string? token, string deviceId, string? query = null, HttpTransportType? transport = null)
    {
        var client = new HubClient(UrlOf(address, token, deviceId, query), transport);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await client._connection.StartAsync(patience.Token);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a device connects.</summary>
    public static Uri UrlOf(Uri address, string? token, string deviceId, string? query = null) => new UriBuilder(address)
    {
        Path = "/hubs/calls",
        Query =
            $"deviceId={Uri.EscapeDataString(deviceId)}{(query?.Contains("platform=", StringComparison.Ordinal) == true ? "" : "&platform=test")}{(token is null ? "" : $"&access_token={token}")}{query}",
    }.Uri;

    /// <summary>Calls a hub method and waits for its result.</summary>
    /// <exception cref="HubException">
    /// The method was refused; or the connection ended first, and the message is <c>closed</c>.
    /// </exception>
    public async Task<JsonNode?> Call(string method, object? argument = null)
    {
        try
        {
            return await _connection.InvokeCoreAsync<JsonNode?>(method, argument is null ? [] : [argument]).WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is not (HubException or TimeoutException))
        {
            throw new HubException("closed", exception);
        }
    }

    /// <summary>What the server says of a method it refuses.</summary>
    public async Task<string> Refused(string method, object? argument = null) =>
        (await Assert.ThrowsAsync<HubException>(() => Call(method, argument))).Message;

    /// <summary>The next event of this name; others on the way are dropped.</summary>
    public async Task<JsonNode> Hears(string target, string? callId = null)
    {
        var passed = new List<string>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var (name, payload) = await _told.Reader.ReadAsync(patience.Token);
                if (name == target && (callId is null || (string?)payload["callId"] == callId))
                    return payload;
                passed.Add(name);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"Never heard {target}, only: {string.Join(", ", passed)}.");
        }
    }

    /// <summary>All events until the connection ends.</summary>
    public IAsyncEnumerable<(string Target, JsonNode Payload)> All() => _told.Reader.ReadAllAsync();

    /// <summary>Names of the events that have come so far and nobody asked for.</summary>
    public IReadOnlyList<string> Rest()
    {
        var rest = new List<string>();
        while (_told.Reader.TryRead(out var told))
            rest.Add(told.Target);
        return rest;
    }

    /// <summary>Goes away as a phone in a tunnel does: without a word.</summary>
    public void Vanish()
    {
        _socket?.Abort();
        _network.Cut();
    }

    public async ValueTask DisposeAsync()
    {
        Vanish();
        await _connection.DisposeAsync();
        _network.Dispose();
    }

    /// <summary>Requests of one client, until its phone is in a tunnel.</summary>
    private sealed class CutableNetwork : DelegatingHandler
    {
        private readonly ConcurrentBag<Socket> _sockets = [];
        private volatile bool _cut;

        public CutableNetwork() => InnerHandler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                _sockets.Add(socket);
                if (_cut)
                    throw new HttpRequestException("There is no network.");
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };

        public void Cut()
        {
            _cut = true;
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }
}
