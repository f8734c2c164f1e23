using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>
/// One example for each request and response: serialized objects of the wire types, so that shapes cannot diverge.
/// </summary>
internal static class Examples
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 34, 56, 789, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Json = WireJson.CreateOptions();

    private static readonly Call Ringing = new()
    {
        CallId = "c1",
        Caller = new Caller { Id = "alice", Name = "Alice", DeviceId = "laptop" },
        Media = CallMedia.Video,
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("room", "1"),
        State = CallPhase.Ringing,
        RingUntil = At.AddMinutes(1),
        CreatedAt = At,
        Seq = 1,
        Legs = [new Leg { UserId = "bob", State = LegPhase.Notifying }],
    };

    private static readonly PastCallView Past = new()
    {
        CallId = "c0",
        Caller = Ringing.Caller,
        Media = CallMedia.Audio,
        State = CallPhase.Ended,
        RingUntil = At,
        CreatedAt = At.AddMinutes(-1),
        EndedAt = At,
        EndReason = EndReason.NoAnswer,
        Seq = 4,
        Legs = [new Leg { UserId = "bob", State = LegPhase.Missed }],
        Outcome = HistoryOutcome.Missed,
    };

    private static readonly Dictionary<string, object> BySchema = new object[]
    {
        new StartCallRequest
        {
            CallId = "c1", CalleeIds = ["bob"], Media = CallMedia.Video, Offer = new() { Type = "offer", Sdp = "v=0..." },
        },
        new AcceptCallRequest { Answer = new() { Type = "answer", Sdp = "v=0..." } },
        new ReadyCallRequest { Answer = new() { Type = "answer", Sdp = "v=0..." } },
        new ReasonRequest { Reason = "In a meeting" },
        new InviteRequest { CalleeIds = ["carol"] },
        new SendSignalRequest
        {
            Kind = SignalKind.Candidate,
            Payload = JsonElement.Parse("""{"candidate":"candidate:1 1 udp 1 192.0.2.1 5000 typ host"}"""),
        },
        new PushTokenRequest { Provider = PushProvider.Fcm, Token = "dGhpcyBpcyBhIHRva2Vu" },
        new AckMissedRequest { UpTo = At },
        new SettingsRequest { DoNotDisturb = true, DoNotDisturbUntil = At.AddHours(8), Blocked = ["mallory"] },
        new SettingsChangeRequest { DoNotDisturb = false },
        new NotifyRequest { Type = "chat.message", Payload = JsonElement.Parse("""{"text":"Hello"}""") },
        new TestRingStartRequest { DeviceId = "phone-1", CallerId = "alice" },
        new DevTokenRequest { UserId = "alice", Name = "Alice", DeviceId = "laptop" },
        Ringing,
        new Page<Call>([Ringing]),
        new Page<PastCallView>([Past], "2026-01-31T12:34:56.7890000Z|c0"),
        new OfferView("c1", new SessionDescription { Type = "offer", Sdp = "v=0..." }),
        new Page<DeviceView>([new DeviceView("phone-1", "android", At, [new DevicePushView(PushProvider.Fcm, At)])]),
        new Presence { UserId = "bob", Online = false, LastSeen = At },
        new UserSettings { CallWaiting = true, Blocked = ["mallory"] },
        new IceServersView(
            [
                new IceServer(["stun:stun.example.org"]),
                new IceServer(["turn:turn.example.org"], "1769862896:bzK3vmjFA0aBz4kq", "bG9uZw=="),
            ], 3600),
        new TokenView("eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", At),
        new NotifiedView(2),
        new FoundCallsView([new FoundCallView(Ringing), new FoundCallView(Past)], "e.AAABm6eIbW1jMA"),
        new TimelineView(
            "c0", Past, EndReasonTexts.Of(EndReason.NoAnswer).Sentence,
            EndReasonTexts.Of(EndReason.NoAnswer).Remedy,
            [Line("started", "alice", "laptop", "audio"), Line("no_device", "bob", null, null)]),
        new ErasureStatus
        {
            UserId = "bob", State = WorkState.Done, StartedAt = At, EndedAt = At.AddSeconds(2), PushTokens = 2, MissedCalls = 1,
            HistoryAnonymized = 14,
            HistoryDeleted = 3, IdKeptUntil = At.AddHours(49),
        },
        new PurgeStatus { State = WorkState.Running, StartedAt = At, Calls = 1200, History = 400 },
    }.ToDictionary(example => WireSchemas.NameOf(example.GetType())!, StringComparer.Ordinal);

    private static TimelineEntryView Line(string what, string userId, string? deviceId, string? detail)
    {
        var entry = new TimelineEntry { At = At, What = what, UserId = userId, DeviceId = deviceId, Detail = detail };
        return new TimelineEntryView(entry, TraceTexts.Of(entry));
    }

    /// <summary>Adds the example of its schema, if there is one, to a request or response.</summary>
    public static void AddTo(JsonObject content)
    {
        var schema = content["schema"];
        var reference = (string?)(schema?["$ref"] ?? schema?["anyOf"]?[0]?["$ref"]);
        if (reference is not null && BySchema.TryGetValue(reference.Split('/')[^1], out var example))
            content["example"] = JsonSerializer.SerializeToNode(example, example.GetType(), Json);
    }
}
