using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansCalls.Client;

/// <summary>One device of one user: a connection to the hub of OrleansCalls that reconnects until it is stopped, its commands,
/// and its events. After a lost connection it resumes: each numbered event is raised once, in order. Thread-safe.</summary>
public sealed partial class OrleansCallsClient : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly HubSocket _socket;
    private readonly EventOrder _order = new();
    private readonly BackOff _backOff = new(TimeProvider.System);
    private readonly Subscriptions _subscriptions;
    private readonly ILogger _logger;
    private readonly object _state = new();
    private readonly CancellationTokenSource _disposed = new();
    private TaskCompletionSource _opened = NewSignal();
    private Task _closed = Task.CompletedTask;
    private TaskCompletionSource _closing = NewSignal();
    private bool _displaced;

    /// <summary>Creates a client that is not connected yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="logs">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">A required setting is missing.</exception>
    public OrleansCallsClient(OrleansCallsClientOptions options, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        logs ??= NullLoggerFactory.Instance;
        _logger = logs.CreateLogger<OrleansCallsClient>();
        _subscriptions = new Subscriptions(_logger);
        _socket = new HubSocket(options, _order.Query);
        _backOff.Retrying += reason => Become(ConnectionState.Reconnecting, reason);
        var builder = new HubConnectionBuilder()
            .WithUrl(_socket.Address, HttpTransportType.WebSockets, http =>
            {
                http.SkipNegotiation = true;
                http.WebSocketFactory = _socket.Connect;
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions = ClientJson.Default.Options)
            .WithAutomaticReconnect(_backOff);
        builder.Services.AddSingleton(logs);
        _hub = builder.Build();
        _hub.ServerTimeout = TimeSpan.FromSeconds(35);
        _hub.KeepAliveInterval = TimeSpan.FromSeconds(10);
        _hub.Reconnecting += reason => Ran(() => Become(ConnectionState.Reconnecting, reason));
        _hub.Closed += reason => Ran(() => Closed(reason));
        foreach (var entry in EventTable.Entries.Values)
            _hub.On<JsonElement>(entry.Name, payload => Receive(entry, payload));
    }

    /// <summary>The state of the connection.</summary>
    public ConnectionState State { get; private set; }

    /// <summary>
    /// Connects; completes when the device is back in its calls and commands can be sent. Tries until it succeeds while
    /// the service cannot be reached. Afterwards the connection is kept until <see cref="StopAsync"/>, or until the
    /// service closes it permanently.
    /// </summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OrleansCallsException">
    /// The service refused: <see cref="CallErrorCode.Unauthenticated"/> for a token that is not valid,
    /// <see cref="CallErrorCode.Forbidden"/> for one of another device, <see cref="CallErrorCode.Conflict"/> when
    /// the user has too many devices.
    /// </exception>
    /// <exception cref="InvalidOperationException">The client is started already.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        lock (_state)
        {
            if (State != ConnectionState.Closed)
                throw new InvalidOperationException("The client is started already.");
            (_opened, _displaced) = (NewSignal(), false);
        }

        Become(ConnectionState.Connecting, null);
        try
        {
            await Connect(cancellation).ConfigureAwait(false);
            await _opened.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await Disconnect(CancellationToken.None).ConfigureAwait(false);
            Become(ConnectionState.Closed, exception);
            throw;
        }
    }

    /// <summary>
    /// Disconnects. Calls go on without this device, for the reconnect grace of the service;
    /// <see cref="StartAsync"/> resumes them.
    /// </summary>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        await Disconnect(cancellation).ConfigureAwait(false);
        Become(ConnectionState.Closed, null);
    }

    /// <summary>Disconnects and ends all subscriptions.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _hub.DisposeAsync().ConfigureAwait(false);
        Become(ConnectionState.Closed, null);
        _subscriptions.Complete();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Ran(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task Connect(CancellationToken cancellation)
    {
        while (true)
        {
            _closing = NewSignal();
            try
            {
                await _hub.StartAsync(cancellation).ConfigureAwait(false);
                _closed = _closing.Task;
                return;
            }
            catch (Exception exception)
            {
                // SignalR does not always say that it was cancelled.
                cancellation.ThrowIfCancellationRequested();
                var error = Errors.Of(exception);
                if (!error.IsTransient)
                    throw error;
                LogConnectFailed(error);
                await Task.Delay(_backOff.Next(error), TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// SignalR raises <c>Closed</c> after the end of <c>StopAsync</c>: unless awaited, it would close the next connection.
    /// </summary>
    private async Task Disconnect(CancellationToken cancellation)
    {
        await _hub.StopAsync(cancellation).ConfigureAwait(false);
        await _closed.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The gateway is shutting down, and staggers its clients' reconnects by this delay.</summary>
    private async Task Leave(TimeSpan after)
    {
        try
        {
            await Task.Delay(after, TimeProvider.System, _disposed.Token).ConfigureAwait(false);
            await _socket.Leave().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed meanwhile.
        }
    }

    private void Closed(Exception? reason)
    {
        var error = _displaced
            ? new OrleansCallsException(CallErrorCode.Conflict, "A newer connection of this device has taken over.", reason)
            : reason is null ? null : Errors.Of(reason);
        _opened.TrySetException(
            error ?? new OrleansCallsException(CallErrorCode.Unavailable, "The connection was closed.", reason));
        Become(ConnectionState.Closed, error);
        _closing.TrySetResult();
    }

    private void Become(ConnectionState state, Exception? reason)
    {
        lock (_state)
        {
            // A failed reconnect is raised, even though the state is unchanged.
            if (State == state && (state != ConnectionState.Reconnecting || reason is null))
                return;
            // Not before the first connection is established.
            if (state == ConnectionState.Reconnecting && State is ConnectionState.Connecting or ConnectionState.Closed)
                return;
            State = state;
            var error = reason is null or OperationCanceledException ? null : Errors.Of(reason);
            _subscriptions.Publish(new ConnectionChanged { State = state, Error = error });
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "Connection attempt failed; retrying", EventName = "ConnectFailed")]
    private partial void LogConnectFailed(Exception exception);

    [LoggerMessage(4, LogLevel.Debug, "Test ring {TestId} not acknowledged", EventName = "TestRingLost")]
    private partial void LogTestRingLost(Exception exception, string testId);

    [LoggerMessage(3, LogLevel.Warning, "Event {Event} not readable; ignored", EventName = "EventUnreadable")]
    private partial void LogUnreadable(Exception exception, string @event);
}
