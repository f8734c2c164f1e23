using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine;

/// <summary>
/// One call on a bench: gives commands to <see cref="CallMachine"/>, keeps what it decided, and checks after each step what must
/// hold of every decision (<see cref="Invariants"/>). People have letters, devices their letter and a number; "B1" acts as that
/// device over a socket, "B" as B's app back end.
/// </summary>
internal sealed class Bench
{
    public static readonly DateTimeOffset T0 = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly SessionDescription Offer = new() { Type = "offer", Sdp = "v=0 offer" };

    public static readonly SessionDescription Answer = new() { Type = "answer", Sdp = "v=0 answer" };

    private readonly Dictionary<string, Admission> _admissions = [];
    private readonly List<(string UserId, Envelope Envelope)> _told = [];

    public Bench() =>
        Answers =
            ask => _admissions.GetValueOrDefault(ask.UserId)
                ?? new Admission { Outcome = AdmissionOutcome.Admitted, Online = true };

    public DateTimeOffset Now { get; set; } = T0;

    public CallOptions Options { get; } = new();

    public CallState? State { get; set; }

    public ImmutableHashSet<string> EndedEarlyBy { get; private set; } = [];

    /// <summary>The newest decision.</summary>
    public Decision Last { get; private set; } = new() { Reply = new CallReply() };

    public CallState Call => State ?? throw new InvalidOperationException("There is no call.");

    public CallPhase Phase => Call.Phase;

    public EndReason? Reason => Call.EndReason;

    public DateTimeOffset? Deadline => CallMachine.NextDeadline(Call, Options);

    public Call View(string? userId) => Call.ViewFor(userId);

    public LegPhase Leg(string userId) => Call.LegOf(userId)!.Phase;

    /// <summary>Seconds since the start of the test.</summary>
    public double At
    {
        get => (Now - T0).TotalSeconds;
        set => Now = T0 + TimeSpan.FromSeconds(value);
    }

    public static Actor By(string who, string? name = null) => who.Length == 1
        ? new Actor { UserId = who, Name = name }
        : new Actor { UserId = who[..1], DeviceId = who, Name = name, OverSocket = true };

    /// <summary>What a user's grain will say when it is asked for a place; without this, yes.</summary>
    public Bench Will(string userId, AdmissionOutcome outcome, string? otherCallId = null, bool sameMedia = false)
    {
        _admissions[userId] = new Admission
        {
            Outcome = outcome, OtherCallId = otherCallId, SameMedia = sameMedia,
            RetryAfter = TimeSpan.FromSeconds(7), Online = true,
        };
        return this;
    }

    /// <summary>Who answers when users are asked for a place.</summary>
    public Func<(string UserId, AdmissionRequest Request), Admission> Answers { get; set; }

    public CallReply Do(CallCommand command)
    {
        var before = State;
        var context = new CallContext { Now = Now, Options = Options, EndedEarlyBy = EndedEarlyBy };
        var decision = CallMachine.Decide(before, command, context);
        if (!decision.Ask.IsEmpty)
        {
            Invariants.CheckQuestion(before, decision);
            var answers = Ask(decision.Ask);
            context = context with { Now = Now, Admissions = answers };
            decision = CallMachine.Decide(before, command, context);
        }

        Invariants.Check(before, command, context, decision);
        if (decision.EndedEarlyBy is { } early)
            EndedEarlyBy = EndedEarlyBy.Add(early);
        State = decision.State;
        foreach (var notice in decision.Notices)
            foreach (var envelope in notice.Events)
                _told.Add((notice.UserId, envelope));
        Last = decision;
        return decision.Reply;
    }

    public CallReply Start(
        string who = "A1", string callees = "B", SessionDescription? offer = null, int? ring = null,
        CallMedia media = CallMedia.Audio) =>
        Do(new StartCall
        {
            Actor = By(who, "Name of " + who[..1]), CallId = "call-1", CalleeIds = Ids(callees), Media = media,
            Offer = offer, RingSeconds = ring,
        });

    public CallReply Ack(string who) => Do(new AckRinging { Actor = By(who) });

    public CallReply Accept(string who, bool ready = true, SessionDescription? answer = null) =>
        Do(new AcceptCall { Actor = By(who), Ready = ready, Answer = answer });

    public CallReply Ready(string who, SessionDescription? answer = null) =>
        Do(new ReadyCall { Actor = By(who), Answer = answer });

    public CallReply Reject(string who, string? reason = null) => Do(new RejectCall { Actor = By(who), Reason = reason });

    public CallReply End(string who) => Do(new EndCall { Actor = By(who) });

    /// <summary>The service says that it cannot carry this party's side.</summary>
    public CallReply Fail(string who) => Do(new EndCall { Actor = By(who), Failed = true });

    public CallReply Silence(string who) => Do(new SilenceCall { Actor = By(who) });

    public CallReply RequestOffer(string who) => Do(new RequestOffer { Actor = By(who) });

    public CallReply Signal(string who, string payload = "{}", string? to = null, SignalKind kind = SignalKind.Candidate) =>
        Do(new SendSignal { Actor = By(who), Kind = kind, Payload = payload, ToUserId = to });

    public CallReply Invite(string who, string callees) => Do(new InviteToCall { Actor = By(who), CalleeIds = Ids(callees) });

    public CallReply Move(string who) => Do(new MoveCall { Actor = By(who) });

    public CallReply Media(string who, MediaState state) => Do(new ReportMedia { Actor = By(who), State = state });

    public CallReply Measured(
        string who, double loss, MediaLevel level, double? roundTripMs = null, MediaRoute? route = null) => Do(new ReportMedia
    {
        Actor = By(who), State = MediaState.Connected,
        Stats = new MediaStats { LossPercent = loss, Level = level, RoundTripMs = roundTripMs, Route = route },
    });

    public CallReply Rate(string who, int stars) => Do(new RateCall { Actor = By(who), Stars = stars });

    public CallReply Read(string who, long? afterSeq = null) => Do(new ReadCall { Actor = By(who), AfterSeq = afterSeq });

    public CallReply EndByAdmin() => Do(new EndByAdmin());

    public CallReply Replace(string by = "call-2") => Do(new ReplaceCall { ByCallId = by });

    public CallReply Away(string device) => Do(new DevicePresence { UserId = device[..1], DeviceId = device, Connected = false });

    public CallReply Back(string device) => Do(new DevicePresence { UserId = device[..1], DeviceId = device, Connected = true });

    public CallReply Pushed(string device, string? error = null) =>
        Do(new PushOutcome { UserId = device[..1], DeviceId = device, Provider = PushProvider.Fcm, Error = error });

    /// <summary>The timer looks at the deadlines at this second of the test.</summary>
    public CallReply Tick(double at)
    {
        At = at;
        return Do(new CheckDeadlines());
    }

    /// <summary>What a device was told by the newest decision, as text.</summary>
    public string[] Heard(string device) => [.. Inbox(Last, device).Select(Text.Of)];

    /// <summary>The events a device was told by the newest decision.</summary>
    public IEnumerable<ClientEvent> Inbox(string device) => Inbox(Last, device);

    /// <summary>What a device has been told since the call began, as text.</summary>
    public string[] HeardSoFar(string device) => [.. ToldSoFar(device).Select(Text.Of)];

    public IEnumerable<ClientEvent> ToldSoFar(string device) =>
        _told.Where(t => t.UserId == device[..1] && Reaches(t.Envelope, device)).Select(t => t.Envelope.Event);

    /// <summary>Users for whom the newest decision keeps a missed call.</summary>
    public string[] Missed => [.. Last.Notices.Where(n => n.Missed is not null).Select(n => n.UserId)];

    public bool ToldNobody => Last.Notices.All(n => n.Events.IsEmpty && n.Missed is null);

    public static IEnumerable<ClientEvent> Inbox(Decision decision, string device) => decision.Notices
        .Where(notice => notice.UserId == device[..1])
        .SelectMany(notice => notice.Events)
        .Where(envelope => Reaches(envelope, device))
        .Select(envelope => envelope.Event);

    public static bool Reaches(Envelope envelope, string device) =>
        (envelope.OnlyDevice is null || envelope.OnlyDevice == device) && envelope.ExceptDevice != device;

    /// <summary>As the grain asks: one after another, and no further once the matter is settled.</summary>
    private ImmutableDictionary<string, Admission> Ask(ImmutableArray<(string UserId, AdmissionRequest Request)> asks)
    {
        var answers = ImmutableDictionary<string, Admission>.Empty;
        foreach (var ask in asks)
        {
            var answer = Answers(ask);
            answers = answers.Add(ask.UserId, answer);
            if (answer.Outcome is AdmissionOutcome.Glare or AdmissionOutcome.RateLimited)
                break;
        }

        return answers;
    }

    public static ImmutableArray<string> Ids(string letters) => [.. letters.Select(letter => letter.ToString())];
}
