namespace OrleansCalls.Gateway.Delivery;

/// <summary>Announces a new connection to its user's grain, and puts the device back into its calls.</summary>
public sealed class ConnectionOpener(
    IGrainFactory grains, Perseverance persevering, ConnectionRegistry registry, PresenceService presence, GatewayIdentity gateway,
    IceServers ice, TimeProvider time, ILogger<ConnectionOpener> log) : IDisposable
{
    // After the loss of a silo all of its users' devices ask at once, and commands need the same database.
    private const int EndsAtOnce = 32;

    // Below the 40 s after which clients give a silent server up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(26);

    private static readonly Backoff EndsWaits = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));

    private static readonly ImmutableDictionary<string, long> NothingSeen = ImmutableDictionary<string, long>.Empty;

    private readonly SemaphoreSlim _asking = new(EndsAtOnce);

    /// <summary>
    /// Opens the connection; returns once the device counts as connected and what it missed is queued. It is registered first, so that
    /// nothing which its user's grain sends in between is lost.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="seqs">The newest event that the device has seen of each call, by call id.</param>
    /// <param name="cancellation">Fires when the socket is gone.</param>
    public async Task Open(ClientConnection connection, IReadOnlyDictionary<string, long> seqs, CancellationToken cancellation)
    {
        registry.Add(connection);
        foreach (var (callId, seq) in seqs)
            connection.Seen.Add(callId, seq, ended: false);
        await Resume(connection, seqs, cancellation);
    }

    /// <summary>
    /// Puts the device back into its calls, as after a reconnect, while its socket stays: its user's grain was lost with a silo, or lost
    /// sight of this process, and the device may have missed something since.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="seqs">The newest event that the device has seen of each call, by call id.</param>
    /// <param name="cancellation">Fires when there is no use in it any more.</param>
    public async Task Resume(ClientConnection connection, IReadOnlyDictionary<string, long> seqs, CancellationToken cancellation)
    {
        var user = grains.GetUser(connection.Actor.UserId);
        var reply = await Ask(() => user.Connect(gateway.Reference, connection.Lease), connection, cancellation);
        if (reply.Error is { } error)
            throw new CallException(error);
        if (connection.IsClosed)
        {
            // It was closed, and its lease given back, while this was on its way: that must have the last word.
            await Close(connection);
            return;
        }

        ImmutableArray<string> ids = [.. reply.OpenCallIds.Union(seqs.Keys, StringComparer.Ordinal)];
        await Tell(connection, ids, seqs, reply.MissedCount, socket: null, cancellation);
        if (connection.NeedsEnds)
            _ = TellEnds(connection);
    }

    /// <summary>Shows the open calls to one more socket of a connection that is open already.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="socket">The socket, as <see cref="Outgoing.OpenCalls"/> is to name it.</param>
    /// <param name="cancellation">Fires when the socket is gone.</param>
    public async Task Show(ClientConnection connection, object socket, CancellationToken cancellation)
    {
        var user = grains.GetUser(connection.Actor.UserId);
        var ids = await Ask(() => user.GetOpenCallIds(), connection, cancellation);
        await Tell(connection, ids, NothingSeen, missed: 0, socket, cancellation);
    }

    /// <summary>Lets the connection go and gives its lease back.</summary>
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
            // The lease runs out by itself.
            GatewayLog.DisconnectFailed(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    /// <summary>
    /// Beside the opening, which must not wait for history, and until it succeeds. The connection counts as connected by now: an end
    /// that is in neither answer is still on its way to the user's grain, and from there to the connection.
    /// </summary>
    private Task TellEnds(ClientConnection connection) => new Retry(EndsWaits) { Failed = exception => Retried(connection, exception) }.Run(
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

    private async Task Tell(
        ClientConnection connection, ImmutableArray<string> callIds, IReadOnlyDictionary<string, long> seqs, int missed, object? socket,
        CancellationToken cancellation)
    {
        Outgoing? told = null;
        connection.Hold(callIds);
        try
        {
            var calls = await Task.WhenAll(callIds.Select(id => Resume(connection, id, seqs, cancellation)));
            told = new Outgoing.OpenCalls(new OpenCallsView([.. calls.OfType<OpenCallView>()], missed), socket);
        }
        finally
        {
            connection.Release(callIds, told);
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
            // One call that cannot be read must not keep the device from all others.
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
            Events = named ? [.. reply.Events.Select(what => EventView.Of(what, connection.Actor.UserId, ice)).OfType<EventView>()] : null,
        };
    }

    private Task<T> Ask<T>(Func<Task<T>> ask, ClientConnection connection, CancellationToken cancellation) => persevering.Ask(
        ask, Patience, () => !connection.IsClosed, exception => Retried(connection, exception), cancellation);

    private void Retried(ClientConnection connection, Exception exception) =>
        GatewayLog.OpenRetried(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
}
