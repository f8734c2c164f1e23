using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Load.Relay;

/// <summary>
/// The floor: what SignalR itself costs. Passes each message to the other side of its call and keeps who that is in a dictionary;
/// no states, no races, no deadlines, no storage, no tokens.
/// </summary>
internal sealed class RelayHub(RelayTable table) : Hub
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        table.Users[Me] = Context.ConnectionId;
        return Clients.Caller.SendAsync("OpenCalls", new { calls = Array.Empty<string>() });
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        table.Users.TryRemove(new(Me, Context.ConnectionId));
        return Task.CompletedTask;
    }

    /// <summary>Rings somebody.</summary>
    public Task StartCall(RelayStart start)
    {
        var callee = start.CalleeIds[0];
        if (!table.Users.TryGetValue(callee, out var to))
            throw new HubException($"not_found: {callee} is not connected.");
        table.Calls[start.CallId] = new RelayCall(Context.ConnectionId, to);
        return Clients.Client(to).SendAsync("CallIncoming", new { callId = start.CallId, callerId = Me, media = start.Media });
    }

    /// <summary>The callee alerts.</summary>
    public Task AckRinging(RelayCommand command) =>
        Caller(command).SendAsync("CallProgress", new { callId = command.CallId, userId = Me, stage = "ringing" });

    /// <summary>The callee answers.</summary>
    public Task AcceptCall(RelayCommand command) =>
        Caller(command).SendAsync("CallAccepted", new { callId = command.CallId, userId = Me });

    /// <summary>The callee declines.</summary>
    public Task RejectCall(RelayCommand command)
    {
        var caller = Caller(command);
        table.Calls.TryRemove(command.CallId, out _);
        return caller.SendAsync("CallRejected", new { callId = command.CallId, userId = Me });
    }

    /// <summary>The caller hangs up.</summary>
    public Task EndCall(RelayCommand command) => table.Calls.TryRemove(command.CallId, out var call)
        ? Clients.Client(call.Callee).SendAsync("CallEnded", new { callId = command.CallId, reason = "completed" })
        : throw new HubException("not_found: no such call.");

    /// <summary>Passes a signal to the other side.</summary>
    public Task SendSignal(RelaySignal signal) => table.Calls.TryGetValue(signal.CallId, out var call)
        ? Clients.Client(call.Caller == Context.ConnectionId ? call.Callee : call.Caller)
            .SendAsync(
                "SignalReceived", new { callId = signal.CallId, fromUserId = Me, kind = signal.Kind, payload = signal.Payload })
        : throw new HubException("not_found: no such call.");

    private string Me => Context.GetHttpContext()!.Request.Query["userId"].ToString();

    private IClientProxy Caller(RelayCommand command) => table.Calls.TryGetValue(command.CallId, out var call)
        ? Clients.Client(call.Caller)
        : throw new HubException("not_found: no such call.");
}

/// <summary>The dictionary.</summary>
internal sealed class RelayTable
{
    public ConcurrentDictionary<string, string> Users { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, RelayCall> Calls { get; } = new(StringComparer.Ordinal);
}

/// <summary>Whose connections a call is between.</summary>
internal sealed record RelayCall(string Caller, string Callee);

/// <summary>Rings somebody.</summary>
internal sealed record RelayStart(string CallId, string[] CalleeIds, string Media);

/// <summary>Anything else of a call.</summary>
internal sealed record RelayCommand(string CallId);

/// <summary>A candidate or another signal.</summary>
internal sealed record RelaySignal(string CallId, string Kind, JsonElement Payload);
