namespace OrleansCalls.Gateway.Delivery;

/// <summary>Registers a connection with its user's grain, and sends the device the state of its calls.</summary>
public sealed class ConnectionOpener(
    IGrainFactory grains, GrainRetry retry, ConnectionRegistry registry, PresenceService presence, GatewayIdentity gateway,
    IceServers ice, TimeProvider time, ILogger<ConnectionOpener> log) : IDisposable
{
    // After the loss of a silo the devices of all its users resume at once; commands need the same database.
    private const int EndsAtOnce = 32;

    // Less than the 40 s after which clients give up on a silent server.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(26);

    private static readonly Backoff EndsWaits = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));

    private static readonly ImmutableDictionary<string, long> NothingSeen = ImmutableDictionary<string, long>.Empty;

    private readonly SemaphoreSlim _asking = new(EndsAtOnce);

    /// <summary>
    /// Opens the connection; returns once the lease is held and the state of its calls is queued. It is added to the registry
    /// first, so that events sent by the user's grain meanwhile are not lost.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="seqs">The newest event that the device has seen of each call, by call id.</param>
    /// <param name="cancellation">Fires when the socket is closed.</param>
    public async Task Open(ClientConnection connection, IReadOnlyDictionary<string, long> seqs, CancellationToken cancellation)
    {
        registry.Add(connection);
        foreach (var (callId, seq) in seqs)
            connection.Seen.Add(callId, seq, ended: false);
        await Resume(connection, seqs, cancellation);
    }

    /// <summary>
    /// Resumes a connection whose socket stays open: its user's grain was lost with a silo or lost contact with this process,
    /// so that the device may have missed events.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="seqs">The newest event that the device has seen of each call, by call id.</param>
    /// <param name="cancellation">Fires when resuming is no longer needed.</param>
    public async Task Resume(ClientConnection connection, IReadOnlyDictionary<string, long> seqs, CancellationToken cancellation)
    {
        var user = grains.GetUser(connection.Actor.UserId);
        var reply = await Ask(() => user.Connect(gateway.Reference, connection.Lease), connection, cancellation);
        if (reply.Error is { } error)
            throw new CallException(error);
        if (connection.IsClosed)
        {
            // The connection was closed, and its lease released, in the meantime: release it again.
            await Close(connection);
            return;
        }

        ImmutableArray<string> ids = [.. reply.OpenCallIds.Union(seqs.Keys, StringComparer.Ordinal)];
        await SendOpenCalls(connection, ids, seqs, reply.MissedCount, socket: null, cancellation);
        if (connection.NeedsEnds)
            _ = SendEnds(connection);
    }

    /// <summary>Sends the open calls to one more socket of an open connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="socket">The socket, passed on in <see cref="Outgoing.OpenCalls"/>.</param>
    /// <param name="cancellation">Fires when the socket is closed.</param>
    public async Task Show(ClientConnection connection, object socket, CancellationToken cancellation)
    {
        var user = grains.GetUser(connection.Actor.UserId);
        var ids = await Ask(() => user.GetOpenCallIds(), connection, cancellation);
        await SendOpenCalls(connection, ids, NothingSeen, missed: 0, socket, cancellation);
    }

    /// <summary>Removes the connection and releases its lease.</summary>
    public async Task Close(ClientConnection connection)
    {
        connection.Stop();
        registry.Remove(connection);
        presence.Forget(connection.Lease.ConnectionId);
        try
        {
            await grains.GetUser(connection.Actor.UserId).Disconnect(connection.Lease.ConnectionId);
        }
        catch (Exception exception)
        {
            // The lease expires by itself.
            GatewayLog.DisconnectFailed(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    /// <summary>
    /// Sends the ends of recent calls in the background, with retries: opening must not wait for history. The connection is
    /// registered by now, so that an end in neither reply still arrives as an event.
    /// </summary>
    private Task SendEnds(
        ClientConnection connection) => new Retry(EndsWaits) { Failed = exception => Retried(connection, exception) }.Run(
        connection.Lease.ConnectionId,
        async () =>
        {
            if (connection.IsClosed)
                return;
            await _asking.WaitAsync();
            try
            {
                var ends = await grains.GetUser(connection.Actor.UserId).GetEnds();
                if (!ends.IsEmpty)
                    connection.Enqueue(new Outgoing.PastEnds(ends));
            }
            finally
            {
                _asking.Release();
            }
        },
        time, CancellationToken.None);

    private async Task SendOpenCalls(
        ClientConnection connection, ImmutableArray<string> callIds, IReadOnlyDictionary<string, long> seqs,
        int missed, object? socket,
        CancellationToken cancellation)
    {
        Outgoing? openCalls = null;
        connection.Hold(callIds);
        try
        {
            var calls = await Task.WhenAll(callIds.Select(id => Resume(connection, id, seqs, cancellation)));
            openCalls = new Outgoing.OpenCalls(new OpenCallsView([.. calls.OfType<OpenCallView>()], missed), socket);
        }
        finally
        {
            connection.Release(callIds, openCalls);
        }
    }

    private async Task<OpenCallView?> Resume(
        ClientConnection connection, string callId, IReadOnlyDictionary<string, long> seqs, CancellationToken cancellation)
    {
        var named = seqs.TryGetValue(callId, out var seq);
        var read = new ReadCall { Actor = connection.Actor, AfterSeq = seq };
        CallReply reply;
        try
        {
            reply = await Ask(() => grains.GetCall(callId).Execute(read), connection, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // One call that cannot be read must not block all others.
            GatewayLog.ResumeFailed(log, exception, callId, connection.Actor.UserId);
            return null;
        }

        if (!reply.Succeeded || reply.Call is null)
            return null;
        return new OpenCallView(reply.Call)
        {
            Offer = reply.Offer,
            Answer = reply.Answer,
            IceServers = ice.For(connection.Actor.UserId),
            Events = named
                ? [.. reply.Events.Select(what => EventView.Of(what, connection.Actor.UserId, ice)).OfType<EventView>()]
                : null,
        };
    }

    private Task<T> Ask<T>(Func<Task<T>> ask, ClientConnection connection, CancellationToken cancellation) => retry.Ask(
        ask, Patience, () => !connection.IsClosed, exception => Retried(connection, exception), cancellation);

    private void Retried(ClientConnection connection, Exception exception) =>
        GatewayLog.OpenRetried(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
}
