using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace OrleansCalls.Client;

/// <content>The hub's commands. All throw <see cref="OrleansCallsException"/> when the service refuses or cannot be
/// reached.</content>
public sealed partial class OrleansCallsClient
{
    /// <summary>
    /// Starts a call. On glare, when two users call each other at once, the result is the other call, with another id.
    /// </summary>
    /// <returns>The call; for a repeated id, that call's current state.</returns>
    public async Task<Call> StartCallAsync(StartCallRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var callId = request.CallId ?? Guid.NewGuid().ToString();
        // Recorded before the response, which may be lost: the first event to the caller is the call's second one.
        _order.Follow(callId, 1);
        try
        {
            return await Send("StartCall", request with { CallId = callId }, cancellation).ConfigureAwait(false);
        }
        catch (OrleansCallsException exception) when (!exception.IsTransient)
        {
            _order.Forget(callId);
            throw;
        }
    }

    /// <summary>This device is ringing.</summary>
    public Task<Call> AckRingingAsync(string callId, CancellationToken cancellation = default) =>
        Send("AckRinging", new CallRequest(callId), cancellation);

    /// <summary>
    /// Accepts on this device. Throws <see cref="CallErrorCode.Conflict"/> or <see cref="CallErrorCode.Ended"/> when too late.
    /// </summary>
    /// <param name="callId">The call.</param>
    /// <param name="answer">The answer, if there is one yet.</param>
    /// <param name="ready">
    /// False when the device is not ready for media; then <see cref="ReadyCallAsync"/> must follow within 20 s.
    /// </param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<Call> AcceptCallAsync(
        string callId, SessionDescription? answer = null, bool ready = true, CancellationToken cancellation = default) =>
        Send("AcceptCall", new AcceptCallRequest(callId, answer, ready), cancellation);

    /// <summary>This device is ready for media.</summary>
    public Task<Call> ReadyCallAsync(
        string callId, SessionDescription? answer = null, CancellationToken cancellation = default) =>
        Send("ReadyCall", new ReadyCallRequest(callId, answer), cancellation);

    /// <summary>Declines. <paramref name="reason"/>: free text of 128 characters at most.</summary>
    public Task<Call> RejectCallAsync(string callId, string? reason = null, CancellationToken cancellation = default) =>
        Leave("RejectCall", new ReasonRequest(callId, reason), cancellation);

    /// <summary>Hangs up, or cancels. <paramref name="reason"/>: free text of 128 characters at most.</summary>
    public Task<Call> EndCallAsync(string callId, string? reason = null, CancellationToken cancellation = default) =>
        Leave("EndCall", new ReasonRequest(callId, reason), cancellation);

    /// <summary>Stops the ringing on this user's devices. The caller is not notified.</summary>
    public Task SilenceCallAsync(string callId, CancellationToken cancellation = default) =>
        SendOnly("SilenceCall", new CallRequest(callId), cancellation);

    /// <summary>The caller's offer, for a callee while ringing or connecting; null while there is none.</summary>
    public async Task<SessionDescription?> RequestOfferAsync(string callId, CancellationToken cancellation = default) =>
        (await Invoke<CallOffer>("RequestOffer", new CallRequest(callId), cancellation).ConfigureAwait(false)).Offer;

    /// <summary>
    /// Sends a signal to the bound peer device. Before the peer has accepted, the service buffers it (64 signals and 64 KiB per
    /// leg).
    /// </summary>
    /// <param name="callId">The call.</param>
    /// <param name="kind">The content.</param>
    /// <param name="payload">
    /// Any JSON, 64 KiB at most. Null is sent as JSON's <c>null</c>, which as a candidate says that there are no more.
    /// </param>
    /// <param name="toUserId">The receiving party; may be null while there are two.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task SendSignalAsync(
        string callId, SignalKind kind, JsonElement? payload = null, string? toUserId = null,
        CancellationToken cancellation = default) =>
        SendOnly("SendSignal", new SendSignalRequest(callId, kind, payload, toUserId), cancellation);

    /// <summary>Invites more users to a live call.</summary>
    public Task<Call> InviteToCallAsync(
        string callId, IReadOnlyList<string> calleeIds, CancellationToken cancellation = default) =>
        Send("InviteToCall", new InviteRequest(callId, calleeIds), cancellation);

    /// <summary>Moves this user's live call to this device.</summary>
    public Task<Call> MoveCallAsync(string callId, CancellationToken cancellation = default) =>
        Send("MoveCall", new CallRequest(callId), cancellation);

    /// <summary>Reports the state of this device's media path, and what it sends.</summary>
    public Task ReportMediaAsync(
        string callId, MediaState state, bool? audio = null, bool? video = null, bool? screen = null,
        CancellationToken cancellation = default) =>
        SendOnly("ReportMedia", new ReportMediaRequest(callId, state, audio, video, screen, null), cancellation);

    /// <summary>Reports the state of this device's media path, and its measurements over the last seconds.</summary>
    public Task ReportMediaAsync(string callId, MediaState state, MediaStats stats, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stats);
        var measured = new MediaStatsRequest(stats.LossPercent, stats.Level, stats.RoundTripMs, stats.JitterMs, stats.Route);
        return SendOnly("ReportMedia", new ReportMediaRequest(callId, state, null, null, null, measured), cancellation);
    }

    /// <summary>Rates a call of this user after its end; the last rating counts.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="stars">1 (bad) to 5 (good).</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task RateCallAsync(string callId, int stars, CancellationToken cancellation = default) =>
        SendOnly("RateCall", new RateCallRequest(callId, stars), cancellation);

    /// <summary>Returns the call's current state.</summary>
    public Task<Call> GetCallAsync(string callId, CancellationToken cancellation = default) =>
        Send("GetCall", new CallRequest(callId), cancellation);

    /// <summary>Returns this user's open calls.</summary>
    public async Task<IReadOnlyList<Call>> GetOpenCallsAsync(CancellationToken cancellation = default) =>
        await Invoke<Call[]>("GetOpenCalls", null, cancellation).ConfigureAwait(false);

    /// <summary>Registers this device's push token.</summary>
    public Task SetPushTokenAsync(PushProvider provider, string token, CancellationToken cancellation = default) =>
        SendOnly("SetPushToken", new PushTokenRequest(provider, token), cancellation);

    /// <summary>Removes this device's push token.</summary>
    public Task ClearPushTokenAsync(PushProvider provider, CancellationToken cancellation = default) =>
        SendOnly("ClearPushToken", new PushTokenRequest(provider, null), cancellation);

    /// <summary>Watches users, 200 at most; <see cref="PresenceChanged"/> follows. A watch ends with its connection.</summary>
    /// <returns>Their current presence.</returns>
    public async Task<IReadOnlyList<Presence>> WatchPresenceAsync(
        IReadOnlyList<string> userIds, CancellationToken cancellation = default) =>
        await Invoke<Presence[]>("WatchPresence", new PresenceRequest(userIds), cancellation).ConfigureAwait(false);

    /// <summary>Unwatches these users.</summary>
    public Task UnwatchPresenceAsync(IReadOnlyList<string> userIds, CancellationToken cancellation = default) =>
        SendOnly("UnwatchPresence", new PresenceRequest(userIds), cancellation);

    /// <summary>This user's past calls, newest first.</summary>
    /// <param name="before">The <see cref="HistoryPage.Next"/> of the page before; null for the newest.</param>
    /// <param name="limit">1 to 100; null for the service's default.</param>
    /// <param name="missedOnly">Only missed calls.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<HistoryPage> GetHistoryAsync(
        string? before = null, int? limit = null, bool missedOnly = false, CancellationToken cancellation = default)
    {
        var items = await Invoke<PastCall[]>("GetHistory", new HistoryRequest(before, limit, missedOnly), cancellation)
            .ConfigureAwait(false);
        return new HistoryPage(items, items.LastOrDefault()?.Next);
    }

    /// <summary>Acknowledges missed calls; this user's other devices receive <see cref="MissedCallsAcked"/>.</summary>
    /// <param name="upTo">
    /// The <see cref="Call.EndedAt"/> of the newest one that the user was shown. Any other time of the last ten minutes counts as
    /// now: the clock of this device may be slow.
    /// </param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task AckMissedCallsAsync(DateTimeOffset upTo, CancellationToken cancellation = default) =>
        SendOnly("AckMissedCalls", new AckMissedRequest(upTo), cancellation);

    /// <summary>
    /// ICE servers with credentials made for now. A call may outlast those of its invite: pass new ones to
    /// <c>RTCPeerConnection.setConfiguration</c> before an ICE restart, for parties that join late, and before they expire.
    /// </summary>
    public Task<IceServersAnswer> GetIceServersAsync(CancellationToken cancellation = default) =>
        Invoke<IceServersAnswer>("GetIceServers", null, cancellation);

    /// <summary>This user's own settings.</summary>
    public Task<UserSettings> GetSettingsAsync(CancellationToken cancellation = default) =>
        Invoke<UserSettings>("GetSettings", null, cancellation);

    /// <summary>
    /// Changes some of this user's own settings; this user's other devices receive <see cref="SettingsChanged"/>.
    /// </summary>
    /// <returns>All current settings.</returns>
    public Task<UserSettings> ChangeSettingsAsync(SettingsChangeRequest change, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Invoke<UserSettings>("ChangeSettings", change, cancellation);
    }

    /// <summary>Acknowledges a test ring. The client does so automatically.</summary>
    /// <exception cref="OrleansCallsException"><see cref="CallErrorCode.NotFound"/>: the test is over.</exception>
    public Task AckTestRingAsync(string testId, CancellationToken cancellation = default) =>
        SendOnly("AckTestRing", new TestRingAckRequest(testId), cancellation);

    /// <summary>Runs in parallel to the reading of events, which must not wait for a response.</summary>
    private async Task AckTestRing(string testId)
    {
        try
        {
            await AckTestRingAsync(testId, _disposed.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is OrleansCallsException or OperationCanceledException or ObjectDisposedException)
        {
            LogTestRingLost(exception, testId);
        }
    }

    private async Task<Call> Send(string method, object request, CancellationToken cancellation)
    {
        var call = await Invoke<Call>(method, request, cancellation).ConfigureAwait(false);
        if (call.State != CallState.Ended)
            _order.Follow(call.CallId, call.Seq);
        return call;
    }

    private async Task<Call> Leave(string method, ReasonRequest request, CancellationToken cancellation)
    {
        var call = await Send(method, request, cancellation).ConfigureAwait(false);
        _order.Leave(request.CallId);
        return call;
    }

    private async Task SendOnly(string method, object request, CancellationToken cancellation) =>
        await Invoke<object?>(method, request, cancellation).ConfigureAwait(false);

    private async Task<T> Invoke<T>(string method, object? request, CancellationToken cancellation)
    {
        try
        {
            return await _hub.InvokeCoreAsync<T>(method, request is null ? [] : [request], cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is not ObjectDisposedException)
        {
            throw Errors.Of(exception);
        }
    }
}
