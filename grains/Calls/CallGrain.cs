using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Storage;
using OrleansCalls.History;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>
/// Hosts one call: loads it, has <see cref="CallMachine"/> decide, writes the decision and only then executes it. All rules are
/// in the machine. Only turns write, in one method (<see cref="Write"/>); background work never does.
/// </summary>
[PreferLocalPlacement]
public sealed partial class CallGrain : Grain, ICallGrain
{
    private const int LongestTimeline = 400;

    private readonly IPersistentState<StoredCall> _stored;
    private readonly CallServices _services;
    private readonly ILogger _logger;
    private readonly Background _background;
    private readonly SignalRoutes _routes;
    private readonly CallOutbox _outbox;
    private readonly WebhookOutbox _webhooks;
    private readonly RecentEvents _recent = new();
    private Stage _stage;
    private CallState? _call;
    private ImmutableHashSet<string> _endedEarlyBy = [];

    /// <summary>Created by Orleans.</summary>
    public CallGrain([PersistentState("call", "calls")] IPersistentState<StoredCall> stored, CallServices services)
    {
        _stored = stored;
        _services = services;
        _logger = services.Logger;
        _background = new Background(CallId, services.Time, (work, exception) => LogRetry(exception, CallId, work));
        _routes = new SignalRoutes(services.LocalGateways);
        _outbox = new CallOutbox(
            userId => GrainFactory.GetUser(userId), _routes, _background, Delivered, UserAway, services.Metrics);
        _webhooks = MakeWebhooks();
    }

    /// <summary>The stage of this activation.</summary>
    private enum Stage
    {
        /// <summary>There is no call.</summary>
        Empty,

        /// <summary>The call is open, and its timer runs.</summary>
        Open,

        /// <summary>The call has ended; notices or webhook events may be undelivered. The row has a wake time.</summary>
        Settling,

        /// <summary>This activation has no work left.</summary>
        Done,

        /// <summary>
        /// A write failed and may have landed, or another activation has written. This activation is discarded, and the next one
        /// reads the row.
        /// </summary>
        Unknown,
    }

    private string CallId => this.GetPrimaryKeyString();

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    /// <inheritdoc/>
    public Task<CallReply> Execute(CallCommand command) => Measured(command, DecideAndCarry);

    private async Task<CallReply> DecideAndCarry(CallCommand command)
    {
        ThrowIfUnknown();
        ReportNews();
        var context = new CallContext { Now = Now, Options = _services.Options, EndedEarlyBy = _endedEarlyBy };
        var decision = _services.Decide(_call, command, context);
        if (!decision.Ask.IsEmpty)
        {
            var denied = await Authorize(decision);
            var admissions = denied is null ? await Ask(decision.Ask) : null;
            context = context with { Now = Now, Admissions = admissions, Denied = denied };
            decision = _services.Decide(_call, command, context);
        }

        if (decision.EndedEarlyBy is { } early)
            _endedEarlyBy = _endedEarlyBy.Add(early);
        await Carry(decision, command, context.Now);
        if (decision.Instead is { } instead)
        {
            var reply = await GrainFactory.GetCall(instead.CallId).Execute(instead.Command);
            return reply.Error is null ? reply : decision.Reply;
        }

        return command is ReadCall { AfterSeq: { } after }
            ? decision.Reply with { Events = [.. _recent.For(command.Actor!, after)] }
            : decision.Reply;
    }

    /// <inheritdoc/>
    public async Task<OpenCall?> Check(string userId)
    {
        await Execute(new CheckDeadlines());
        return _call?.OpenFor(userId);
    }

    /// <inheritdoc/>
    public async Task Report(ImmutableArray<TimelineEntry> entries)
    {
        ThrowIfUnknown();
        Record(entries);
        // An open call writes it with its next event; an ended one has no next event.
        if (_call?.Phase == CallPhase.Ended)
            await WriteAgain(_stored.State.WakeAt);
    }

    private void Record(ImmutableArray<TimelineEntry> entries)
    {
        if (_call is not { } call)
            return;
        MeasureRings(entries);
        _call = call with
        {
            Timeline = call.Timeline.AddRange(entries.Take(Math.Max(0, LongestTimeline - call.Timeline.Length))),
        };
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<TimelineEntry>> GetTimeline() =>
        Task.FromResult<ImmutableArray<TimelineEntry>>([.. _call?.Timeline ?? [], .. _news]);

    /// <summary>
    /// Asks users for admission one after another, in the given order. A refusal that decides the command ends the round.
    /// </summary>
    private async Task<ImmutableDictionary<string, Admission>> Ask(ImmutableArray<(string UserId, AdmissionRequest Request)> asks)
    {
        var answers = ImmutableDictionary<string, Admission>.Empty;
        foreach (var (userId, request) in asks)
        {
            var answer = await GrainFactory.GetUser(userId).Admit(request);
            answers = answers.Add(userId, answer);
            if (answer.Outcome is AdmissionOutcome.Glare or AdmissionOutcome.RateLimited)
                break;
        }

        return answers;
    }

    private async Task Carry(Decision decision, CallCommand command, DateTimeOffset decidedAt)
    {
        var before = _call;
        var events = EventsOf(before, decision, decidedAt);
        // Webhook events are always written before they are sent.
        var writes = decision.Durable || !events.IsEmpty;
        if (writes && decision.State is { } next)
            await Write(
                next, decision.Notices.Where(CallOutbox.MustSurvive), events,
                CallMachine.WakeAt(next, _stored.State.WakeAt, Now));

        _call = decision.State;
        CountOpen();
        foreach (var userId in decision.Release)
            _ = _background.UntilDoneOrGivenUp("the release of a user", () => GrainFactory.GetUser(userId).Release(CallId));
        if (_call is null)
            return;

        if (command.Actor is { } actor && _call.PartyOf(actor.UserId)?.DeviceId == actor.DeviceId)
            _routes.Learn(actor);
        _recent.Add(decision.Notices);
        foreach (var notice in decision.Notices)
            _outbox.Add(notice, _arrivedAt);
        _webhooks.Add(events);
        ReportNews();
        EndReplaced(decision.Replaces);
        Observe(before, _call, command);
        if (_call.Phase != CallPhase.Ended)
        {
            _stage = Stage.Open;
            ArmTimer();
        }
        else if (before?.Phase != CallPhase.Ended || (writes && _stage == Stage.Done))
        {
            Settle();
        }
    }

    private void EndReplaced(ImmutableArray<string> older)
    {
        foreach (var old in older)
            _ = _background.UntilDoneOrGivenUp(
                "the end of a replaced call", () => GrainFactory.GetCall(old).Execute(new ReplaceCall { ByCallId = CallId }));
    }

    /// <summary>
    /// Writes the call, everything undelivered, its wake time and, at its end, its history record. No other method writes.
    /// </summary>
    /// <param name="next">The call.</param>
    /// <param name="notices">Notices to send after the write.</param>
    /// <param name="events">Webhook events to send after the write.</param>
    /// <param name="wakeAt">When the call must be woken if its timers are lost; null when nothing is left to do.</param>
    private async Task Write(
        CallState next, IEnumerable<UserNotice> notices, ImmutableArray<WebhookEvent> events, DateTimeOffset? wakeAt)
    {
        ImmutableArray<WebhookEvent> webhooks = [.. _webhooks.Unsent, .. events];
        // The history record is written with the end, and again when later entries change it.
        var isOwed = next.Phase == CallPhase.Ended && (!_stored.State.IsInHistory || _stored.State.Call is not { } written
            || written.Timeline.Length != next.Timeline.Length || IsRatedSince(written, next));
        try
        {
            _stored.State = new StoredCall
            {
                Call = next with { Outbox = [.. _outbox.Unsent, .. notices], Webhooks = webhooks.IsEmpty ? null : webhooks },
                WakeAt = wakeAt,
                IsInHistory = next.Phase == CallPhase.Ended,
                Session = isOwed ? CallSessions.From(next) : null,
            };
            await _stored.WriteStateAsync();
        }
        catch (Exception exception)
        {
            GiveUp();
            LogWriteFailed(exception, CallId);
            // Another activation has written, perhaps in a silo that reaches no user. The next activation sends what the row
            // holds.
            if (exception is InconsistentStateException)
                _ = WakeNext();
            throw Unavailable();
        }
    }

    private static bool IsRatedSince(CallState before, CallState now) =>
        before.Caller.Quality?.Stars != now.Caller.Quality?.Stars
        || now.Legs.Any(leg => before.LegOf(leg.UserId)?.Quality?.Stars != leg.Quality?.Stars);

    /// <summary>Writes the call unchanged. Its last events stay in the row, delivered or not, for devices that resume.</summary>
    private Task WriteAgain(DateTimeOffset? wakeAt) =>
        Write(_call!, (_stored.State.Call?.Outbox ?? []).Except(_outbox.Unsent), [], wakeAt);

    private void GiveUp()
    {
        _stage = Stage.Unknown;
        _background.Stop();
        DeactivateOnIdle();
    }

    private void ThrowIfUnknown()
    {
        if (_stage == Stage.Unknown)
            throw Unavailable();
    }

    private static StorageUnavailableException Unavailable() =>
        new("The call's storage is unavailable; the command may be sent again.");
}
