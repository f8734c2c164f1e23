using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <summary>
/// Hosts one call: loads it, lets <see cref="CallMachine"/> decide, writes, and only then carries out what was decided. All rules are
/// in the machine. On any doubt about a write the activation is given up, so that memory never says what the table does not.
/// </summary>
[PreferLocalPlacement]
public sealed partial class CallGrain : Grain, ICallGrain
{
    private const int LongestTimeline = 400;

    // The call tells its users about itself this often, so that whoever lost it with a silo has it back.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(2);

    private readonly IPersistentState<StoredCall> _stored;
    private readonly CallServices _services;
    private readonly ILogger _logger;
    private readonly CallOutbox _outbox;
    private readonly WebhookOutbox _webhooks;
    private readonly List<(string UserId, Envelope Envelope)> _recent = [];
    private CallState? _call;
    private ImmutableHashSet<string> _endedEarlyBy = [];
    private IGrainTimer? _timer;
    private DateTimeOffset _refreshAt;
    private bool _kept;
    private bool _keeping;
    private bool _settling;
    private bool _settleBegun;
    private bool _settled;
    private TimeSpan _linger = Linger;
    private bool _abandoned;
    private bool _gone;
    private bool _reported;

    /// <summary>Made by Orleans.</summary>
    public CallGrain([PersistentState("call", "calls")] IPersistentState<StoredCall> stored, CallServices services)
    {
        _stored = stored;
        _services = services;
        _logger = services.Logger;
        _outbox = new CallOutbox(
            userId => GrainFactory.GetUser(userId), services.Time, exception => LogNoticeFailed(exception, CallId), Taken, services.Metrics);
        _webhooks = MakeWebhooks();
    }

    private string CallId => this.GetPrimaryKeyString();

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    /// <inheritdoc/>
    public Task<CallReply> Execute(CallCommand command) => Measured(command, DecideAndCarry);

    private async Task<CallReply> DecideAndCarry(CallCommand command)
    {
        ThrowIfAbandoned();
        ReportWebhooks();
        var context = new CallContext { Now = Now, Options = _services.Options.Value, EndedEarlyBy = _endedEarlyBy };
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
            ? decision.Reply with { Events = [.. RecentFor(command.Actor!, after)] }
            : decision.Reply;
    }

    /// <inheritdoc/>
    public async Task<OpenCall?> Check(string userId)
    {
        await Execute(new CheckDeadlines());
        return _call?.OpenFor(userId);
    }

    /// <inheritdoc/>
    public Task Report(ImmutableArray<TimelineEntry> entries)
    {
        if (_call is { } call)
        {
            MeasureRings(entries);
            _call = call with { Timeline = call.Timeline.AddRange(entries.Take(Math.Max(0, LongestTimeline - call.Timeline.Length))) };
            _reported = true;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<TimelineEntry>> GetTimeline() =>
        Task.FromResult<ImmutableArray<TimelineEntry>>([.. _call?.Timeline ?? [], .. _webhookNews]);

    /// <summary>Asks users one after another in the given order; a refusal that settles the matter stops the round.</summary>
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
        if (before is null && decision.State is { } first)
        {
            // Beside the write, not after it: the two are on their way at once, and most crashes lose both or neither.
            if (first.Phase == CallPhase.Ended)
                await KeepOpenFirst();
            else
                _ = KeepOpen(first.RingUntil);
        }

        var owed = Owed(before, decision, decidedAt);
        // What an app's back end is owed is written too, whatever it is about.
        if ((decision.Durable || !owed.IsEmpty) && decision.State is { } next)
            await Write(next, decision.Notices.Where(CallOutbox.MustSurvive), owed);
        _call = decision.State;
        CountOpen();
        foreach (var userId in decision.Release)
            _ = Aside(() => GrainFactory.GetUser(userId).Release(CallId));
        if (_call is null)
            return;

        Remember(decision.Notices);
        foreach (var notice in decision.Notices)
            _outbox.Add(notice, _arrivedAt);
        _webhooks.Add(owed);
        ReportWebhooks();
        EndReplaced(decision.Replaces);
        Observe(before, _call, command);
        if (_call.Phase != CallPhase.Ended)
        {
            ArmTimer();
            if (decision.Durable)
                _ = KeepOpen(_call.RingUntil);
        }
        else if (before?.Phase != CallPhase.Ended)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _linger = IsAskedAgain(before, decision.Notices) ? LongLinger : Linger;
            _ = Settle();
        }
    }

    private void EndReplaced(ImmutableArray<string> older)
    {
        foreach (var old in older)
            _ = Aside(() => GrainFactory.GetCall(old).Execute(new ReplaceCall { ByCallId = CallId }));
    }

    /// <summary>Writes the call, and with it all that has not arrived yet.</summary>
    /// <param name="next">The call.</param>
    /// <param name="notices">What is told once it is written.</param>
    /// <param name="owed">What the app's back end is told then.</param>
    private async Task Write(CallState next, IEnumerable<UserNotice> notices, ImmutableArray<WebhookEvent> owed)
    {
        ImmutableArray<WebhookEvent> webhooks = [.. _webhooks.Unsent, .. owed];
        try
        {
            _stored.State = new StoredCall
            {
                Call = next with { Outbox = [.. _outbox.Unsent, .. notices], Webhooks = webhooks.IsEmpty ? null : webhooks },
            };
            _reported = false;
            await _stored.WriteStateAsync();
            _webhooksKept = webhooks.Length;
        }
        catch (Exception exception)
        {
            // Whether it landed is unknown. The next activation reads what the table says and goes on from there.
            Abandon();
            LogWriteFailed(exception, CallId);
            throw Unavailable();
        }
    }

    private static bool IsAskedAgain(CallState? before, ImmutableArray<UserNotice> notices) =>
        before?.Caller.AwayUntil is not null || notices.Any(notice => notice.Missed is not null)
        || before?.Legs.Any(leg => leg.AwayUntil is not null || !leg.PushedDeviceIds.IsEmpty) == true;

    private void Abandon()
    {
        _abandoned = true;
        _outbox.Stop();
        _webhooks.Stop();
        DeactivateOnIdle();
    }

    private void ThrowIfAbandoned()
    {
        if (_abandoned)
            throw Unavailable();
    }

    private static OrleansException Unavailable() => new("The call's storage is unavailable; the command may be sent again.");
}
