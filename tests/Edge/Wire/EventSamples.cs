using System.Collections.Immutable;

namespace OrleansCalls.Tests.Edge.Wire;

/// <summary>One full event of each kind, and one with nothing in it that may be missing.</summary>
internal static class EventSamples
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 12, 35, 14, 789, TimeSpan.Zero);
    private static readonly SessionDescription Offer = new() { Type = "offer", Sdp = "v=0\r\no=é\u2028<script>" };

    internal static Call Full { get; } = new()
    {
        CallId = "c:1.A_-",
        Caller = new Caller { Id = "al ice/é", Name = "Ann \"O'Neil\" 日本 🎉", DeviceId = "a1", Left = true },
        Media = CallMedia.Video,
        ConversationId = "chat 1",
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v").Add("ключ", "<b>"),
        State = CallPhase.Ended,
        RingUntil = At,
        CreatedAt = At.AddSeconds(-60),
        AnsweredAt = At.AddSeconds(-50),
        EndedAt = At.AddTicks(12),
        EndReason = EndReason.NoAnswer,
        EndedBy = "bob",
        Seq = 42,
        Legs =
        [
            new Leg { UserId = "bob", Name = "Bob", State = LegPhase.PushSent, DeviceId = "b1", Reason = "driving" },
            new Leg { UserId = "carol", State = LegPhase.Missed },
        ],
        InvitedBy = new Inviter { Id = "carol", Name = "Carol" },
    };

    internal static Call Bare { get; } = new()
    {
        CallId = "c", Caller = new Caller { Id = "a" }, Media = CallMedia.Audio, State = CallPhase.Ringing, RingUntil = At,
        CreatedAt = At, Seq = 1, Legs = [],
    };

    internal static IReadOnlyDictionary<string, ClientEvent> All { get; } = new Dictionary<string, ClientEvent>
    {
        ["incoming"] = new CallIncoming { CallId = "c1", Seq = 42, Call = Full, Offer = Offer },
        ["incoming-bare"] = new CallIncoming { CallId = "c", Seq = 1, Call = Bare },
        ["progress"] = new CallProgress { CallId = "c1", Seq = 2, UserId = "bob", Stage = RingStage.PushSent },
        ["progress-named"] = new CallProgress { CallId = "c1", Seq = 2, UserId = "bob", Name = "Bob", Stage = RingStage.Ringing },
        ["accepted"] = new CallAccepted
        {
            CallId = "c1", Seq = 3, UserId = "bob", Name = "Bob", DeviceId = "b1", Answer = Offer with { Type = "answer" },
        },
        ["accepted-bare"] = new CallAccepted { CallId = "c1", Seq = 3, UserId = "bob" },
        ["ready"] = new CallReady { CallId = "c1", Seq = 4, UserId = "bob", Answer = Offer with { Type = "answer" } },
        ["ready-bare"] = new CallReady { CallId = "c1", Seq = 4, UserId = "bob" },
        ["rejected"] = new CallRejected { CallId = "c1", Seq = 5, UserId = "bob", Name = "Bob", Reason = "in a \"meeting\"" },
        ["rejected-bare"] = new CallRejected { CallId = "c1", Seq = 5, UserId = "bob" },
        ["updated"] = new CallUpdated { CallId = "c1", Seq = 42, Call = Full },
        ["ended"] = new CallEnded
        {
            CallId = "c1", Seq = 7, Reason = EndReason.AnsweredElsewhere, EndedBy = "bob", DurationMs = 61_000,
        },
        ["ended-bare"] = new CallEnded { CallId = "c1", Seq = 7, Reason = EndReason.Lost },
        ["signal"] = new SignalReceived
        {
            CallId = "c1", FromUserId = "al ice/é", Kind = SignalKind.EndOfCandidates,
            Payload = """{"candidate":"é","n":[1,null,{}]}""", Number = 3,
        },
        ["test-ring"] = new TestRing { TestId = "t1" },
        ["missed-acked"] = new MissedCallsAcked { UpTo = At },
        ["notification"] = new NotificationReceived { Type = "news", Payload = """{"a":[1,2],"b":null}""" },
        ["settings"] = new SettingsChanged
        {
            Settings = new UserSettings { Blocked = ["eve"], CallWaiting = true },
        },
    };
}
