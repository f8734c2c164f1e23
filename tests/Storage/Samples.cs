using System.Collections.Immutable;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>Things to store.</summary>
internal static class Samples
{
    /// <summary>Yesterday's: recent enough that no purge takes what happened then.</summary>
    internal static readonly DateTimeOffset Noon = new(
        TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddHours(-12), TimeSpan.Zero);

    internal static GrainId User(string id) => GrainId.Create("user", id);

    internal static GrainId Call(string id) => GrainId.Create("call", id);

    internal static StoredUser With(string token) => new()
    {
        Tokens = [new DeviceToken { DeviceId = "d1", Provider = PushProvider.Fcm, Token = token, SetAt = Noon }],
    };

    /// <summary>A call of which storage has to know but this.</summary>
    internal static GrainState<StoredCall> Woken(DateTimeOffset? wakeAt) => new() { State = new StoredCall { WakeAt = wakeAt } };

    internal static string Token(this StoredUser? user) => user!.Tokens.Single().Token;

    internal static CallSession Session(
        string callId, DateTimeOffset endedAt, string caller = "alice", string callee = "bob",
        HistoryOutcome callees = HistoryOutcome.Missed) => new()
    {
        Call = new Call
        {
            CallId = callId,
            Caller = new Caller { Id = caller, Name = "Ann \"O'Neil\" \0 日本 🎉", DeviceId = "d1" },
            Media = CallMedia.Video,
            ConversationId = "chat'); DROP TABLE call_sessions; --",
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v").Add("ключ", "значение"),
            State = CallPhase.Ended,
            RingUntil = endedAt.AddSeconds(-1),
            CreatedAt = endedAt.AddSeconds(-60),
            EndedAt = endedAt,
            EndReason = EndReason.NoAnswer,
            Seq = 7,
            Legs = [new Leg { UserId = callee, State = LegPhase.Missed }],
        },
        Participants =
        [
            new CallParticipant { UserId = caller, IsCaller = true, Outcome = HistoryOutcome.Unanswered },
            new CallParticipant { UserId = callee, IsCaller = false, Outcome = callees },
        ],
    };
}
