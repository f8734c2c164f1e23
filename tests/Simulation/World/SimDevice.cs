using System.Collections.Immutable;
using OrleansCalls.Push;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// One app on one device, which behaves as the protocol says; what a person does with it is in SimDevice.Habits.cs.
/// </summary>
internal sealed partial class SimDevice(World world, SimUser user, string id, DeviceKind kind)
{
    private readonly Dictionary<string, KnownCall> _calls = [];
    private int _connections;
    private bool _connecting;

    public SimUser User => user;

    public string Id => id;

    public DeviceKind Kind => kind;

    public SimConnection? Connection { get; private set; }

    public IEnumerable<KnownCall> Open => _calls.Values.Where(call => call.IsOpen);

    private Actor Actor => new()
    {
        UserId = user.Id, Name = user.Id.ToUpperInvariant(), DeviceId = kind == DeviceKind.Rest ? null : id,
        OverSocket = Connection is not null,
        Route = Connection is { } connection
            ? new Route
            {
                GatewayId = connection.Gateway.Id, Gateway = connection.Gateway.Reference, ConnectionId = connection.Id,
            }
            : null,
    };

    public override string ToString() => $"{user.Id}/{id}";

    public double Latency() => kind == DeviceKind.Flaky ? world.Between(0.01, 1) : world.Between(0.005, 0.05);

    public bool BelievesOpen(string callId) => _calls.TryGetValue(callId, out var call) && call.IsOpen;

    /// <summary>Opens a socket and resumes, as the hub does it.</summary>
    public async Task Connect()
    {
        if (_connecting || Connection is not null || kind == DeviceKind.Rest || world.AnyGateway() is not { } gateway)
            return;
        _connecting = true;
        try
        {
            var connection = new SimConnection(world, gateway, this, $"{user.Id}-{id}-{++_connections}");
            var named = Open.ToImmutableDictionary(call => call.CallId, call => call.Seq, StringComparer.Ordinal);
            gateway.Add(connection);
            Connection = connection;
            world.Note($"{this} connects as {connection.Id} to {gateway.Id}");
            try
            {
                var reply = await Retry(() => world.Client.GetUser(user.Id).Connect(gateway.Reference, connection.Lease));
                world.Oracle.IsTrue(reply.Error is null, "connect_refused", $"{this}: {reply.Error}");
                var calls = ImmutableArray.CreateBuilder<CallReply>();
                foreach (var callId in reply.OpenCallIds.Union(named.Keys).Order(StringComparer.Ordinal))
                {
                    calls.Add(await Retry(() => world.Execute(
                        callId,
                        new ReadCall { Actor = Actor with { OverSocket = true }, AfterSeq = named.GetValueOrDefault(callId) })));
                }

                if (!connection.IsClosed)
                    connection.Enqueue(new Snapshot(calls.ToImmutable(), [.. named.Keys]));
            }
            catch (Exception exception) when (World.IsUnknownOutcome(exception))
            {
                connection.Close();
            }
        }
        finally
        {
            _connecting = false;
            if (Connection is null)
                ReconnectLater();
        }
    }

    public void LostConnection(SimConnection connection)
    {
        if (Connection != connection)
            return;
        Connection = null;
        world.Note($"{this} lost its connection");
        ReconnectLater();
    }

    /// <summary>A push wakes the app.</summary>
    public void Woken(PushMessage push)
    {
        if (kind == DeviceKind.Rest || Connection is not null)
            return;
        switch (world.Next(10))
        {
            case < 6:
                world.Spawn(Connect);
                break;
            case < 9:
                world.Spawn(() => AnswerByRest(push.CallId));
                break;
        }
    }

    /// <summary>Something arrives at the app.</summary>
    public void Receives(SimConnection connection, object message)
    {
        if (connection != Connection)
            return;
        switch (message)
        {
            case Snapshot snapshot:
                Resume(snapshot);
                break;
            case CallEvent what:
                Apply(what);
                break;
        }
    }

    /// <summary>Sends a command until its outcome is known, or patience ends.</summary>
    /// <returns>Null when the outcome is not known.</returns>
    public async Task<CallReply?> Do(string callId, CallCommand command, int tries = 4)
    {
        command = command with { Actor = command.Actor ?? Actor };
        if (world.Chance(0.08))
            world.Spawn(() => DoOnce(callId, command));
        for (var attempt = 0; attempt < tries; attempt++)
        {
            if (await DoOnce(callId, command) is { } reply)
            {
                if (reply.Call is { } call)
                    Seen(call);
                return reply;
            }

            await world.Sleep(world.Between(0.3, 3));
        }

        return null;
    }

    private async Task<CallReply?> DoOnce(string callId, CallCommand command)
    {
        try
        {
            // A hub takes no command before it has taken the connection.
            while (_connecting && kind != DeviceKind.Rest)
                await world.Sleep(0.05);
            return await world.Execute(callId, command);
        }
        catch (Exception exception) when (World.IsUnknownOutcome(exception))
        {
            return null;
        }
    }

    private async Task<T> Retry<T>(Func<Task<T>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (Exception exception) when (attempt < 3 && World.IsUnknownOutcome(exception))
            {
                await world.Sleep(0.2 * Math.Pow(3, attempt));
            }
        }
    }

    private KnownCall Known(string callId)
    {
        if (!_calls.TryGetValue(callId, out var call))
            _calls.Add(callId, call = new KnownCall(callId));
        return call;
    }

    private void Resume(Snapshot snapshot)
    {
        foreach (var reply in snapshot.Calls)
            if (reply.Call is { } call)
                Seen(call, rings: true);
        foreach (var callId in snapshot.Named.Except(snapshot.Calls.Where(r => r.Call is not null).Select(r => r.Call!.CallId)))
            Known(callId).IsOpen = false;
    }

    /// <summary>A whole call says more than all events up to its number.</summary>
    private void Seen(Call call, bool rings = false)
    {
        var known = Known(call.CallId);
        if (call.Seq < known.Seq)
            return;
        known.Seq = call.Seq;
        known.Others =
        [
            .. call.Legs.Select(leg => leg.UserId).Append(call.Caller.Id).Where(other => other != user.Id).Distinct(),
        ];
        var leg = call.Legs.FirstOrDefault(leg => leg.UserId == user.Id);
        // A caller who was invited back has a leg.
        var isCaller = leg is null && call.Caller.Id == user.Id;
        var bound = isCaller ? call.Caller.DeviceId : leg?.DeviceId;
        known.IsIn = bound == id && !(isCaller && call.Caller.Left);
        if (call.State == CallPhase.Ended)
        {
            known.IsOpen = false;
        }
        else if (leg is { State: LegPhase.Notifying or LegPhase.PushSent or LegPhase.Ringing } && rings)
        {
            known.IsOpen = true;
            Rings(known);
        }
        else if (known.IsIn && leg is null or { State: LegPhase.Accepted or LegPhase.Joined })
        {
            known.IsOpen = true;
        }
        else if (leg is { State: LegPhase.Declined or LegPhase.Busy or LegPhase.Missed or LegPhase.Left } || bound is not null)
        {
            known.IsOpen = false;
        }
    }

    private void Apply(CallEvent what)
    {
        world.Note(
            $"{this} hears {what.GetType().Name} {what.CallId} seq {what.Seq}{(what is CallEnded e ? $" {e.Reason}" : what is SignalReceived s ? $" {s.Payload}" : "")}");
        var known = Known(what.CallId);
        if (what is CallIncoming incoming)
        {
            // The same ring may come twice; one from before an end that was heard is no ring.
            if (known.IsOpen || (known.Seq > 0 && what.Seq <= known.Seq))
                return;
            Seen(incoming.Call, rings: true);
            return;
        }

        if (what.Seq > 0)
        {
            if (what.Seq <= known.Seq)
                return;
            known.Seq = what.Seq;
        }

        switch (what)
        {
            case CallEnded:
                known.IsOpen = false;
                known.IsIn = false;
                break;
            case CallUpdated updated:
                Seen(updated.Call);
                break;
            case CallAccepted accepted when known.IsOpen:
                Answered(known, accepted.UserId);
                break;
        }
    }
}
