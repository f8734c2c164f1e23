using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>The hub of protocol.md, section 3. Errors, limits and order are in <see cref="CommandFilter"/>.</summary>
[Authorize]
public sealed class CallHub(
    CallCommands calls, UserCommands users, PresenceService presence, TestRingCommands tests, ConnectionOpener opener,
    HubConnections connections,
    IceServers ice, DrainState drain, ILogger<CallHub> log)
    : Hub
{
    /// <summary>Where the hub is.</summary>
    public const string Path = "/hubs/calls";

    private ClientConnection Connection => HubConnections.Of(Context);

    private Actor Me => Connection.Actor;

    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        var connection = connections.Create(Context);
        // Negotiated before this process began to drain, or on its way through the gate while it did:
        // nobody would tell it to leave.
        if (drain.IsDraining)
        {
            connection.Close(mayReconnect: true);
            return;
        }

        try
        {
            await opener.Open(connection, HubConnections.SeqsOf(Context), Context.ConnectionAborted);
        }
        catch (CallException refused)
        {
            // SignalR does not call OnDisconnectedAsync for a connection that it could not open.
            await opener.Close(connection);
            GatewayLog.Refused(log, Context.ConnectionId, Me.UserId, refused.Error.Code.Wire());
            throw new HubException($"{refused.Error.Code.Wire()}: {refused.Error.Detail}");
        }
        catch (Exception exception)
        {
            // The silo is away, or the client is. Without a lease nothing would reach the device, so it had better try elsewhere.
            if (!Context.ConnectionAborted.IsCancellationRequested)
                GatewayLog.OpenFailed(log, exception, Context.ConnectionId, Me.UserId);
            connection.Close(mayReconnect: true);
        }
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception) => opener.Close(Connection);

    /// <summary>Rings people.</summary>
    public Task<Call> StartCall(StartCallRequest request) => Shown(calls.Start(Me, request));

    /// <summary>This device is alerting now.</summary>
    public Task<Call> AckRinging(CallRequest request) => Shown(calls.AckRinging(Me, Check.Body(request).CallId));

    /// <summary>Takes a call on this device.</summary>
    public Task<Call> AcceptCall(AcceptCallRequest request) => Shown(calls.Accept(Me, request));

    /// <summary>This device can take media now.</summary>
    public Task<Call> ReadyCall(ReadyCallRequest request) => Shown(calls.Ready(Me, request));

    /// <summary>Declines.</summary>
    public Task<Call> RejectCall(ReasonRequest request) => Shown(calls.Reject(Me, request));

    /// <summary>Cancels or hangs up.</summary>
    public Task<Call> EndCall(ReasonRequest request) => Shown(calls.End(Me, request));

    /// <summary>Stops the ringing on my devices.</summary>
    public Task SilenceCall(CallRequest request) => calls.Silence(Me, Check.Body(request).CallId);

    /// <summary>The caller's offer.</summary>
    public Task<OfferView> RequestOffer(CallRequest request) => calls.RequestOffer(Me, Check.Body(request).CallId);

    /// <summary>Passes a signal to the peer device.</summary>
    public Task SendSignal(SendSignalRequest request) => calls.Signal(Me, request);

    /// <summary>Rings more people into a live call.</summary>
    public Task<Call> InviteToCall(InviteRequest request) => Shown(calls.Invite(Me, request));

    /// <summary>Takes my live call over on this device.</summary>
    public Task<Call> MoveCall(CallRequest request) => Shown(calls.Move(Me, Check.Body(request).CallId));

    /// <summary>Tells how this device's media path is.</summary>
    public Task ReportMedia(ReportMediaRequest request) => calls.ReportMedia(Me, request);

    /// <summary>Rates a call that is over, 1 (bad) to 5 (good).</summary>
    public Task RateCall(RateCallRequest request) => calls.Rate(Me, request);

    /// <summary>The call as it now is.</summary>
    public Task<Call> GetCall(CallRequest request) => Shown(calls.Get(Me, Check.Body(request).CallId));

    /// <summary>My open calls.</summary>
    public Task<Call[]> GetOpenCalls() => calls.GetOpen(Me);

    /// <summary>ICE servers with credentials made for now: before an ICE restart, and before those of a call expire.</summary>
    public IceServersView GetIceServers() => ice.Answer(Me.UserId);

    /// <summary>Keeps this device's push token.</summary>
    public Task SetPushToken(PushTokenRequest request) => users.SetPushToken(Me, Me.DeviceId, request);

    /// <summary>Forgets this device's push token.</summary>
    public Task ClearPushToken(PushTokenRequest request) =>
        users.ClearPushToken(Me, Me.DeviceId, Check.Body(request).Provider);

    /// <summary>Tells me of users from now on.</summary>
    public Task<Presence[]> WatchPresence(PresenceRequest request) => presence.Watch(Connection, request);

    /// <summary>Tells me of users no longer.</summary>
    public void UnwatchPresence(PresenceRequest request) => presence.Unwatch(Context.ConnectionId, request);

    /// <summary>My past calls, newest first. The last one has the cursor for the next page in its <c>next</c>.</summary>
    public async Task<PastCallView[]> GetHistory(HistoryRequest request)
    {
        var page = await users.GetHistory(Me, request);
        PastCallView[] items = [.. page.Items];
        if (page.Next is not null && items.Length > 0)
            items[^1] = items[^1] with { Next = page.Next };
        return items;
    }

    /// <summary>Missed calls are seen.</summary>
    public Task AckMissedCalls(AckMissedRequest request) => users.AckMissed(Me, request);

    /// <summary>My settings.</summary>
    public Task<UserSettings> GetSettings() => users.GetSettings(Me);

    /// <summary>Changes those of my settings that are named; answers all of them.</summary>
    public Task<UserSettings> ChangeSettings(SettingsChangeRequest request) => users.ChangeSettings(Me, request);

    /// <summary>This device would ring.</summary>
    public Task AckTestRing(TestRingAckRequest request) => tests.Ack(Me, Check.Body(request).TestId, overSocket: true);

    // An answer shows a call as well as an event does: from there on the connection resumes. But for its end: that everybody
    // hears as an event, whoever ended the call included.
    private async Task<Call> Shown(Task<Call> answer)
    {
        var call = await answer;
        if (call.State != CallPhase.Ended)
            Connection.Seen.Add(call.CallId, call.Seq, ended: false);
        return call;
    }
}
