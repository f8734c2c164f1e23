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
    /// <summary>The hub's path.</summary>
    public const string Path = "/hubs/calls";

    private ClientConnection Connection => HubConnections.Of(Context);

    private Actor Me => Connection.Actor;

    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        var connection = connections.Create(Context);
        // The connection was negotiated before draining began, or admitted while it began: drain would never close it.
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
            // SignalR does not call OnDisconnectedAsync for a connection whose OnConnectedAsync has thrown.
            await opener.Close(connection);
            GatewayLog.Refused(log, Context.ConnectionId, Me.UserId, refused.Error.Code.Wire());
            throw new HubException($"{refused.Error.Code.Wire()}: {refused.Error.Detail}");
        }
        catch (Exception exception)
        {
            // The silo or the client is unavailable. Without a lease no event reaches the device, so it must reconnect elsewhere.
            if (!Context.ConnectionAborted.IsCancellationRequested)
                GatewayLog.OpenFailed(log, exception, Context.ConnectionId, Me.UserId);
            connection.Close(mayReconnect: true);
        }
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception) => opener.Close(Connection);

    /// <summary>Starts a call.</summary>
    public Task<Call> StartCall(StartCallRequest request) => Shown(calls.Start(Me, request));

    /// <summary>This device is alerting.</summary>
    public Task<Call> AckRinging(CallRequest request) => Shown(calls.AckRinging(Me, Check.Body(request).CallId));

    /// <summary>Accepts the call on this device.</summary>
    public Task<Call> AcceptCall(AcceptCallRequest request) => Shown(calls.Accept(Me, request));

    /// <summary>This device is ready for media.</summary>
    public Task<Call> ReadyCall(ReadyCallRequest request) => Shown(calls.Ready(Me, request));

    /// <summary>Declines.</summary>
    public Task<Call> RejectCall(ReasonRequest request) => Shown(calls.Reject(Me, request));

    /// <summary>Cancels or hangs up.</summary>
    public Task<Call> EndCall(ReasonRequest request) => Shown(calls.End(Me, request));

    /// <summary>Stops the ringing on my devices.</summary>
    public Task SilenceCall(CallRequest request) => calls.Silence(Me, Check.Body(request).CallId);

    /// <summary>The caller's offer, for a callee.</summary>
    public Task<OfferView> RequestOffer(CallRequest request) => calls.RequestOffer(Me, Check.Body(request).CallId);

    /// <summary>Passes a signal to the peer device.</summary>
    public Task SendSignal(SendSignalRequest request) => calls.Signal(Me, request);

    /// <summary>Rings more people into a live call.</summary>
    public Task<Call> InviteToCall(InviteRequest request) => Shown(calls.Invite(Me, request));

    /// <summary>Moves my open call to this device.</summary>
    public Task<Call> MoveCall(CallRequest request) => Shown(calls.Move(Me, Check.Body(request).CallId));

    /// <summary>Reports the state of this device's media path.</summary>
    public Task ReportMedia(ReportMediaRequest request) => calls.ReportMedia(Me, request);

    /// <summary>Rates an ended call, 1 (bad) to 5 (good).</summary>
    public Task RateCall(RateCallRequest request) => calls.Rate(Me, request);

    /// <summary>The current state of the call.</summary>
    public Task<Call> GetCall(CallRequest request) => Shown(calls.Get(Me, Check.Body(request).CallId));

    /// <summary>My open calls.</summary>
    public Task<Call[]> GetOpenCalls() => calls.GetOpen(Me);

    /// <summary>ICE servers with new credentials: to request before an ICE restart, and before those of a call expire.</summary>
    public IceServersView GetIceServers() => ice.Answer(Me.UserId);

    /// <summary>Sets this device's push token.</summary>
    public Task SetPushToken(PushTokenRequest request) => users.SetPushToken(Me, Me.DeviceId, request);

    /// <summary>Removes this device's push token.</summary>
    public Task ClearPushToken(PushTokenRequest request) =>
        users.ClearPushToken(Me, Me.DeviceId, Check.Body(request).Provider);

    /// <summary>Subscribes to the presence of users.</summary>
    public Task<Presence[]> WatchPresence(PresenceRequest request) => presence.Watch(Connection, request);

    /// <summary>Unsubscribes from the presence of users.</summary>
    public void UnwatchPresence(PresenceRequest request) => presence.Unwatch(Context.ConnectionId, request);

    /// <summary>
    /// My past calls, newest first. The last call on a page has the cursor of the next page in its <c>next</c>.
    /// </summary>
    public async Task<PastCallView[]> GetHistory(HistoryRequest request)
    {
        var page = await users.GetHistory(Me, request);
        PastCallView[] items = [.. page.Items];
        if (page.Next is not null && items.Length > 0)
            items[^1] = items[^1] with { Next = page.Next };
        return items;
    }

    /// <summary>Marks missed calls up to a time as seen.</summary>
    public Task AckMissedCalls(AckMissedRequest request) => users.AckMissed(Me, request);

    /// <summary>My settings.</summary>
    public Task<UserSettings> GetSettings() => users.GetSettings(Me);

    /// <summary>Changes those of my settings that are named; returns all of them.</summary>
    public Task<UserSettings> ChangeSettings(SettingsChangeRequest request) => users.ChangeSettings(Me, request);

    /// <summary>Acknowledges a test ring: this device would ring.</summary>
    public Task AckTestRing(TestRingAckRequest request) => tests.Ack(Me, Check.Body(request).TestId, overSocket: true);

    // A reply shows the call like an event, so the connection resumes after its number. An end is excluded: every device,
    // including the one that ended the call, receives it as an event.
    private async Task<Call> Shown(Task<Call> answer)
    {
        var call = await answer;
        if (call.State != CallPhase.Ended)
            Connection.Seen.Add(call.CallId, call.Seq, ended: false);
        return call;
    }
}
