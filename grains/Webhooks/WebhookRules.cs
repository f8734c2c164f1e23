using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.Webhooks;

/// <summary>
/// Which changes of a call an app's back end is told of, and when it is told again. Pure, like <see cref="CallMachine"/>.
/// </summary>
public static class WebhookRules
{
    /// <summary>
    /// Events that are kept for a receiver who does not take them. Only somebody who invites people on and on comes so far; what is
    /// past it is not told, but for the end.
    /// </summary>
    public const int MostKept = 200;

    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastLook = TimeSpan.FromHours(1);

    /// <summary>The wait between attempts: 1 s to a minute.</summary>
    public static Backoff Retry { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>
    /// What is owed once <paramref name="decision"/> is written, in the order in which it is told; <see cref="WebhookTypes.Ended"/> is
    /// the last of a call. Several things may have come true at once: a call that is accepted ready is active too.
    /// </summary>
    /// <param name="before">The call before the decision.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When.</param>
    /// <param name="wants">Whether the back end wants to hear of a type of event.</param>
    public static ImmutableArray<WebhookEvent> Owed(CallState? before, Decision decision, DateTimeOffset now, Func<string, bool> wants)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(wants);
        // Whatever is told has a number of its own.
        if (decision.State is not { } after || before?.Phase == CallPhase.Ended || before?.Seq == after.Seq)
            return [];
        var owed = ImmutableArray.CreateBuilder<WebhookEvent>();
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
        // Who has missed a call is the machine's own word: the back end hears of exactly the missed calls that users find.
        foreach (var notice in decision.Notices)
            if (notice.Missed is not null)
                Owe(WebhookTypes.Missed, notice.UserId);
        if (after.Phase == CallPhase.Ended)
            Owe(WebhookTypes.Ended);
        return owed.ToImmutable();

        // A device has said so; what is only assumed after a crash is nothing to tell.
        static bool Rings(LegState? leg) => leg is { Phase: LegPhase.Ringing, AlertAssumed: false };

        // Somebody who is invited again has a new leg.
        LegState? Former(LegState leg) => before?.LegOf(leg.UserId) is { } former && former.InvitedAt == leg.InvitedAt ? former : null;

        void Owe(string type, string? userId = null)
        {
            if (!wants(type))
                return;
            seen ??= after.ViewFor(null) with { Metadata = null };
            owed.Add(new WebhookEvent { Type = type, UserId = userId, CreatedAt = now, Call = seen });
        }
    }

    /// <summary>What of it is kept beside <paramref name="unsent"/> others.</summary>
    public static ImmutableArray<WebhookEvent> Kept(ImmutableArray<WebhookEvent> owed, int unsent) =>
        unsent < MostKept ? owed : owed.RemoveAll(what => what.Type != WebhookTypes.Ended);

    /// <summary>How long an ended call may sleep whose events are not taken: as long as that goes on already, an hour at most.</summary>
    public static TimeSpan Sleep(TimeSpan sinceEnd) => sinceEnd < FirstLook ? FirstLook : sinceEnd < LastLook ? sinceEnd : LastLook;
}
