using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <summary>
/// One device of a test: the two ways in which a ring reaches it, the results of each, and the verdict. Pure.
/// </summary>
internal sealed class TestRingDevicePlan(string deviceId, Connection? connection, DeviceToken? ringToken, DeviceToken? pushed)
{
    private DateTimeOffset? _eventSent;
    private DateTimeOffset? _eventAcked;
    private DateTimeOffset? _pushAnswered;
    private DateTimeOffset? _pushAcked;
    private bool _notConnected;
    private PushResult? _result;

    internal string DeviceId => deviceId;

    internal Connection? Connection => connection;

    /// <summary>The token for the silent push; null when there is none.</summary>
    internal DeviceToken? Pushed => pushed;

    /// <summary>Whether no more results can arrive.</summary>
    internal bool IsDone => (connection is not { TakesTestRings: true } || _notConnected || _eventAcked is not null)
        && (pushed is null || _result is { Error: not null, InDoubt: false } || (_result is not null && _pushAcked is not null));

    internal void Delivered(bool isConnected, DateTimeOffset now)
    {
        _eventSent ??= now;
        _notConnected |= !isConnected;
    }

    internal void Answered(PushResult result, DateTimeOffset now) => (_result, _pushAnswered) = (result, now);

    internal void Ack(bool overSocket, DateTimeOffset now)
    {
        if (overSocket)
            _eventAcked ??= now;
        else
            _pushAcked ??= now;
    }

    internal TestRingDevice Report(DateTimeOffset startedAt, bool isSilenced) => new()
    {
        DeviceId = deviceId,
        Platform = connection?.Platform,
        Verdict = isSilenced ? TestRingVerdict.Silent : Verdict,
        Steps = [Known, .. EventSteps(startedAt), .. PushSteps(startedAt)],
    };

    // An acknowledgement over FCM proves nothing about PushKit, through which the phone would ring.
    private TestRingVerdict Verdict =>
        _eventAcked is not null || (_pushAcked is not null && !IsInsteadOfPushKit) ? TestRingVerdict.Rings
        : IsOldSocket || ringToken?.Provider == PushProvider.ApnsVoip
            || (pushed is not null && _result is null or { Error: null } or { InDoubt: true })
            ? TestRingVerdict.Unconfirmed
        : TestRingVerdict.Silent;

    private bool IsOldSocket => connection is { TakesTestRings: false };

    private bool IsInsteadOfPushKit => pushed is not null && ringToken?.Provider == PushProvider.ApnsVoip;

    private TestRingStep Known => connection is not null || ringToken is not null
        ? Ok(TestRingStage.Known)
        : Failed(
            TestRingStage.Known, "unknown_device", "The user has no such device: it is not connected and has no push token.");

    private IEnumerable<TestRingStep> EventSteps(DateTimeOffset startedAt)
    {
        if (connection is null)
        {
            yield return Failed(
                TestRingStage.Connected, "not_connected", "No live connection: the device can only be reached by a push.");
            yield break;
        }

        yield return Ok(TestRingStage.Connected);
        if (IsOldSocket)
        {
            yield return Skipped(
                TestRingStage.EventSent, "not_supported",
                "This connection speaks a dialect without test rings; a call would be sent.");
            yield break;
        }

        if (_notConnected)
        {
            yield return Failed(
                TestRingStage.EventSent, "not_connected",
                "The gateway no longer has this connection; the app must connect again.");
            yield break;
        }

        if (_eventSent is not { } sent)
        {
            yield return Failed(
                TestRingStage.EventSent, "timeout",
                "The device's gateway did not answer; it may be gone, and its devices connect again.");
            yield break;
        }

        yield return Ok(TestRingStage.EventSent) with { DurationMs = Milliseconds(startedAt, sent) };
        yield return _eventAcked is { } acked
            ? Ok(TestRingStage.EventAcked) with { DurationMs = Milliseconds(sent, acked) }
            : Failed(
                TestRingStage.EventAcked, "timeout",
                "The app did not acknowledge: it hangs, its network is gone unnoticed, or its client is older than test rings.");
    }

    private IEnumerable<TestRingStep> PushSteps(DateTimeOffset startedAt)
    {
        if (ringToken is null)
        {
            yield return Failed(
                TestRingStage.Token, "no_token",
                "No push token: the device cannot be woken. The app sets one by SetPushToken.");
            yield break;
        }

        yield return Ok(TestRingStage.Token) with { Provider = ringToken.Provider };
        if (pushed is null)
        {
            yield return Skipped(
                TestRingStage.PushSent, "must_ring",
                "Each PushKit push must ring, or iOS ends the app: it cannot be tested silently. With an FCM token the app could be woken by a background push.")
                with { Provider = ringToken.Provider };
            yield break;
        }

        if (_result is not { Error: null })
        {
            yield return Refused(_result?.Error ?? "timeout") with
            {
                DurationMs = _pushAnswered is { } at ? Milliseconds(startedAt, at) : null,
            };
            // The push may have arrived although its response was lost.
            if (_pushAcked is null)
                yield break;
        }
        else
        {
            yield return Ok(TestRingStage.PushSent) with
            {
                DurationMs = Milliseconds(startedAt, _pushAnswered!.Value), Provider = pushed.Provider,
                Detail = IsInsteadOfPushKit
                    ? "Sent by FCM as a background push: a PushKit push must ring, so PushKit itself stays untested."
                    : null,
            };
        }

        yield return _pushAcked is { } acked
            ? Ok(TestRingStage.PushAcked) with
            {
                DurationMs = Milliseconds(_pushAnswered ?? startedAt, acked), Provider = pushed.Provider,
            }
            : Failed(TestRingStage.PushAcked, "timeout", NotAcked(pushed.Provider)) with { Provider = pushed.Provider };
    }

    private TestRingStep Refused(string error) => Failed(TestRingStage.PushSent, error, error switch
    {
        "not_configured" => "This service has no credentials for the provider; see Push in docs/settings.md.",
        "credentials_refused" => "The provider refuses this service's credentials; orleanscalls doctor says more.",
        "unregistered" or "unsubscribed" or "invalid_token" or "bad_device_token" or "sender_id_mismatch"
            or "device_token_not_for_topic" =>
            "The provider does not know the token: the app was removed or has another one, and must set it anew. The token is forgotten now.",
        "provider_down" or "unavailable" or "unreachable" or "timeout" or "deadline" or "given_up" or "no_access_token" =>
            "The provider does not answer in time.",
        _ => "The provider refused the push.",
    }) with { Provider = pushed!.Provider };

    private static string NotAcked(PushProvider provider) => provider == PushProvider.WebPush
        ? "The browser did not acknowledge: it is closed or offline, or its service worker is older than test rings."
        : "The phone did not acknowledge: it is off, offline or saves power, the app was force-stopped, or is older than test rings.";

    private static TestRingStep Ok(TestRingStage stage) => new() { Stage = stage, Outcome = TestRingOutcome.Ok };

    private static TestRingStep Failed(TestRingStage stage, string error, string detail) =>
        new() { Stage = stage, Outcome = TestRingOutcome.Failed, Error = error, Detail = detail };

    private static TestRingStep Skipped(TestRingStage stage, string error, string detail) =>
        new() { Stage = stage, Outcome = TestRingOutcome.Skipped, Error = error, Detail = detail };

    // An acknowledgement may overtake the provider's response.
    private static long Milliseconds(DateTimeOffset from, DateTimeOffset to) => Math.Max(
        0, (long)Math.Round((to - from).TotalMilliseconds));
}
