using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.Webhooks;

/// <summary>
/// Which changes of a call are sent to an app's back end, and the retry policy. Pure, like <see cref="CallMachine"/>.
/// </summary>
public static class WebhookRules
{
    /// <summary>
    /// The number of undelivered events stored per call, which only repeated invites can reach. Further events are discarded,
    /// except the end.
    /// </summary>
    public const int MostKept = 200;

    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastLook = TimeSpan.FromHours(1);

    /// <summary>The wait between attempts: 1 s to a minute.</summary>
    public static Backoff Retry { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>
    /// Returns the events caused by <paramref name="decision"/>, in order; <see cref="WebhookTypes.Ended"/> is a call's last.
    /// One decision may cause several: a call that is accepted ready is active too.
    /// </summary>
    /// <param name="before">The call before the decision.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="now">The time.</param>
    /// <param name="wants">Returns whether the back end wants a type of event.</param>
    public static ImmutableArray<WebhookEvent> EventsOf(
        CallState? before, Decision decision, DateTimeOffset now, Func<string, bool> wants)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(wants);
        // A decision that causes events increases the seq.
        if (decision.State is not { } after || before?.Phase == CallPhase.Ended || before?.Seq == after.Seq)
            return [];
        var events = ImmutableArray.CreateBuilder<WebhookEvent>();
        Call? seen = null;
        if (before is null)
            Owe(WebhookTypes.Created);
        foreach (var leg in after.Legs)
            if (Rings(leg) && !Rings(Former(leg)))
                Owe(WebhookTypes.Ringing, leg.UserId);
        foreach (var leg in after.Legs)
            if (leg.IsIn && Former(leg) is not { IsIn: true })
                Owe(WebhookTypes.Accepted, leg.UserId);
        if (after.Phase == CallPhase.Active && before?.Phase != CallPhase.Active)
            Owe(WebhookTypes.Active);
        // Missed calls come from the machine's notices, so that back end and users see the same ones.
        foreach (var notice in decision.Notices)
            if (notice.Missed is not null)
                Owe(WebhookTypes.Missed, notice.UserId);
        if (after.Phase == CallPhase.Ended)
            Owe(WebhookTypes.Ended);
        return events.ToImmutable();

        // Only real acknowledgements count; an alert assumed after a crash causes no event.
        static bool Rings(LegState? leg) => leg is { Phase: LegPhase.Ringing, AlertAssumed: false };

        // A party that is invited again has a new leg.
        LegState? Former(LegState leg) =>
            before?.LegOf(leg.UserId) is { } former && former.InvitedAt == leg.InvitedAt ? former : null;

        void Owe(string type, string? userId = null)
        {
            if (!wants(type))
                return;
            seen ??= after.ViewFor(null) with { Metadata = null };
            events.Add(new WebhookEvent { Type = type, UserId = userId, CreatedAt = now, Call = seen });
        }
    }

    /// <summary>Returns the events to store next to <paramref name="unsent"/> others.</summary>
    public static ImmutableArray<WebhookEvent> Kept(ImmutableArray<WebhookEvent> events, int unsent) =>
        unsent < MostKept ? events : events.RemoveAll(what => what.Type != WebhookTypes.Ended);

    /// <summary>
    /// Returns how long an ended call with undelivered events may sleep: as long as the outage has lasted, at most an hour.
    /// </summary>
    public static TimeSpan Sleep(TimeSpan sinceEnd) =>
        sinceEnd < FirstLook ? FirstLook : sinceEnd < LastLook ? sinceEnd : LastLook;
}
