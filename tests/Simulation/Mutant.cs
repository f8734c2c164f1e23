using System.Collections.Immutable;
using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.Push;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Simulation;

/// <summary>A defect planted around the product, which the simulation has to find.</summary>
internal sealed record Mutant
{
    public Func<CallState?, CallCommand, CallContext, Decision>? Decide { get; init; }

    public Func<IGrainStorage, IGrainStorage>? Storage { get; init; }

    /// <summary>Gateways take signals whatever was sent before them.</summary>
    public bool IgnoresOrder { get; init; }

    public Func<IPushSender, IPushSender>? Pushes { get; init; }

    public Func<IWebhookSender, IWebhookSender>? BackEnd { get; init; }
}

/// <summary>The planted defects, each one that somebody could write on a bad day.</summary>
internal static class Mutants
{
    public static ImmutableSortedDictionary<string, Mutant> All { get; } = new Dictionary<string, Mutant>
    {
        ["the tombstone is not looked at"] = new()
        {
            Decide = (state, command, context) =>
                CallMachine.Decide(state is { Phase: CallPhase.Ended } && command is StartCall ? null : state, command, context),
        },
        ["users are notified before the write"] = new() { Storage = inner => new WriteBehind(inner) },
        ["no number is set aside for rings"] = new()
        {
            Storage = inner => new Writes(inner, call => call with { Call = call.Call! with { SetAside = 0 } }),
        },
        ["the second accept wins"] = new()
        {
            Decide = (state, command, context) => CallMachine.Decide(
                command is AcceptCall { Actor: { } actor } && state?.LegOf(actor.UserId) is { IsIn: true } leg
                    && leg.DeviceId != actor.DeviceId
                    ? With(state, leg with { Phase = LegPhase.Ringing, DeviceId = null })
                    : state,
                command, context),
        },
        ["timers do not end rings"] = new()
        {
            Decide = (state, command, context) => command is CheckDeadlines && state is not null
                ? new Decision { State = state, Reply = new CallReply() }
                : CallMachine.Decide(state, command, context),
        },
        ["silence ends no call"] = new()
        {
            Decide =
                (state, command, context) => CallMachine.Decide(
                    state is null ? null : state with { SignAt = context.Now }, command, context),
        },
        ["open calls are not kept"] = new() { Storage = inner => new Writes(inner, call => call with { WakeAt = null }) },
        ["signals overtake"] = new() { IgnoresOrder = true },
        ["history is not written with the end"] = new()
        {
            Storage = inner => new Writes(inner, call => call with { Session = null }),
        },
        ["missed calls are forgotten"] = new()
        {
            Decide = Told(notice => notice with { Missed = null }),
        },
        ["callees do not hear of a cancel"] = new()
        {
            Decide = Told(notice => notice with
            {
                Events = notice.Events.RemoveAll(
                    told => told.Event is CallEnded { Reason: EndReason.Cancelled } && notice.Call is null
                        && told.Event is CallEnded ended && ended.EndedBy != notice.UserId),
            }),
        },
        ["signals go to all devices"] = new()
        {
            Decide = Told(notice => notice with
            {
                Events = [.. notice.Events.Select(told => told.Event is SignalReceived ? told with { OnlyDevice = null } : told)],
            }),
        },
        ["blocked callers ring"] = new()
        {
            Decide = (state, command, context) => CallMachine.Decide(state, command, context with
            {
                Admissions =
                    context.Admissions?.ToImmutableDictionary(a => a.Key, a => a.Value.Outcome == AdmissionOutcome.Blocked
                    ? a.Value with { Outcome = AdmissionOutcome.Admitted } : a.Value),
            }),
        },
        ["a webhook that fails is given up"] = new() { BackEnd = inner => new SendsOnce(inner) },
        ["a slow push is sent again"] = new() { Pushes = inner => new PushesTwice(inner) },
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static CallState With(CallState state, LegState leg) =>
        state with { Legs = state.Legs.SetItem(state.Legs.IndexOf(state.LegOf(leg.UserId)!), leg) };

    private static Func<CallState?, CallCommand, CallContext, Decision> Told(Func<UserNotice, UserNotice> change) =>
        (state, command, context) => CallMachine.Decide(state, command, context) is var decision
            ? decision with { Notices = [.. decision.Notices.Select(change)] }
            : null!;

    /// <summary>Confirms a write at once, and makes it later.</summary>
    private sealed class WriteBehind(IGrainStorage inner) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            inner.ReadStateAsync(stateName, grainId, grainState);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            _ = inner.WriteStateAsync(stateName, grainId, grainState);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            inner.ClearStateAsync(stateName, grainId, grainState);
    }

    /// <summary>Writes something else of a call than it was given.</summary>
    private sealed class Writes(IGrainStorage inner, Func<StoredCall, StoredCall> change) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            inner.ReadStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var state = grainState.State;
            if (state is StoredCall call)
                grainState.State = (T)(object)change(call);
            try
            {
                await inner.WriteStateAsync(stateName, grainId, grainState);
            }
            finally
            {
                grainState.State = state;
            }
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            inner.ClearStateAsync(stateName, grainId, grainState);
    }

    private sealed class SendsOnce(IWebhookSender inner) : IWebhookSender
    {
        public TimeSpan GiveUpAfter => inner.GiveUpAfter;

        public bool Wants(string type) => inner.Wants(type);

        public async Task<WebhookResult> Send(WebhookEvent what)
        {
            await inner.Send(what);
            return WebhookResult.Delivered;
        }
    }

    private sealed class PushesTwice(IPushSender inner) : IPushSender
    {
        public async Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
        {
            var first = inner.Send(message, cancellation);
            return first.IsCompleted ? await first : await inner.Send(message, cancellation);
        }
    }
}
