using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Load.Floor;

/// <summary>
/// A call in memory. An answered one takes nine grain messages: four commands (start, ring, accept, end), and five
/// events by way of the parties' <see cref="UserGrain"/> (incoming, ringing, accepted, ended twice). A signal takes one:
/// the call knows the connection.
/// </summary>
internal sealed class CallGrain(IHubContext<FloorHub> hub) : Grain, ICallGrain
{
    private FloorCall? _call;
    private string? _callerConnection;
    private string? _calleeConnection;

    public Task Start(FloorCall call, string connection)
    {
        (_call, _callerConnection) = (call, connection);
        return Deliver(call.Callee, "CallIncoming", call.Caller, call.Media);
    }

    public Task Ring(string userId) => Deliver(Open.Caller, "CallProgress", userId, "ringing");

    public Task Accept(string userId, string connection)
    {
        _calleeConnection = connection;
        return Deliver(Open.Caller, "CallAccepted", userId, null);
    }

    public Task Reject(string userId)
    {
        DeactivateOnIdle();
        return Deliver(Open.Caller, "CallRejected", userId, null);
    }

    public Task End(string userId)
    {
        DeactivateOnIdle();
        return Task.WhenAll(
            Deliver(Open.Callee, "CallEnded", userId, "completed"), Deliver(Open.Caller, "CallEnded", userId, "completed"));
    }

    public Task Signal(FloorPayload payload, string connection)
    {
        var peer = (connection == _callerConnection ? _calleeConnection : _callerConnection) ?? throw NotFound();
        var json = JsonElement.Parse(payload.Json);
        return hub.Clients.Client(peer).SendAsync("SignalReceived", new
        {
            callId = this.GetPrimaryKeyString(), fromUserId = payload.From, kind = payload.Kind, payload = json,
        });
    }

    private FloorCall Open => _call ?? throw NotFound();

    private static HubException NotFound() => new("not_found: no such call.");

    private Task Deliver(string user, string name, string userId, string? text) =>
        GrainFactory.GetGrain<IUserGrain>(user).Deliver(new FloorEvent(name, this.GetPrimaryKeyString(), userId, text));
}

/// <summary>A user's connections, in memory.</summary>
internal sealed class UserGrain(IHubContext<FloorHub> hub) : Grain, IUserGrain
{
    private readonly List<string> _connections = [];

    public Task Connect(string connection)
    {
        _connections.Add(connection);
        return Task.CompletedTask;
    }

    public Task Disconnect(string connection)
    {
        _connections.Remove(connection);
        if (_connections.Count == 0)
            DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Deliver(FloorEvent happened) => hub.Clients.Clients(_connections).SendAsync(happened.Name, new
    {
        callId = happened.CallId, userId = happened.UserId, text = happened.Text,
    });
}
