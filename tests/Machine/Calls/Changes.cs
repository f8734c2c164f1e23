using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>What one decision changed in a call, in a few words.</summary>
internal static class Changes
{
    public static string Of(CallState? before, CallState? after, Decision decision, string who)
    {
        var said = new List<string>();
        if (decision.EndedEarlyBy is { } early)
            said.Add($"remembered for {early}");
        if (after is not null)
            Call(before, after, said);
        if (!decision.Replaces.IsEmpty)
            said.Add($"{string.Join(' ', decision.Replaces)} is replaced");
        if (!decision.Release.IsEmpty)
            said.Add($"place of {string.Join(' ', decision.Release)} given back");
        if (decision.Instead is { } instead)
            said.Add($"{instead.Command.GetType().Name} to {instead.CallId} instead");
        return string.Join(
            "; ", said.Select(change => who.Length > 1 ? change.Replace($"bound to {who}", "bound to self") : change));
    }

    private static void Call(CallState? before, CallState after, List<string> said)
    {
        if (before?.Phase != after.Phase)
            said.Add(
                after.EndReason is { } reason ? $"**ended {EnumNames.Snake(reason)}**" : $"**{EnumNames.Snake(after.Phase)}**");
        if (after.Caller.Left != (before?.Caller.Left ?? false))
            said.Add("A left");
        if (before is not null)
            Party(before.Caller, after.Caller, said);
        foreach (var leg in after.Legs)
        {
            var was = before?.LegOf(leg.UserId);
            if (was?.Phase != leg.Phase || was.InvitedAt != leg.InvitedAt)
                said.Add($"{leg.UserId} {EnumNames.Snake(leg.Phase)}");
            if (was is null)
                continue;
            Party(was, leg, said);
            Leg(was, leg, said);
        }
    }

    private static void Leg(LegState was, LegState leg, List<string> said)
    {
        if (was.RingUntil != leg.RingUntil && was.InvitedAt == leg.InvitedAt)
            said.Add($"{leg.UserId} rings longer");
        if (was.Silenced != leg.Silenced)
            said.Add(leg.Silenced ? $"{leg.UserId} silenced" : $"{leg.UserId} no more silenced");
        if (leg.KeptSignals.Length > was.KeptSignals.Length)
            said.Add($"kept for {leg.UserId}");
        if (leg.PushedDeviceIds.Length > was.PushedDeviceIds.Length)
            said.Add($"{leg.PushedDeviceIds[^1]} pushed");
    }

    private static void Party(PartyState was, PartyState party, List<string> said)
    {
        if (was.DeviceId != party.DeviceId)
            said.Add($"{party.UserId} bound to {party.DeviceId ?? "no device"}");
        if (was.AwayUntil is null && party.AwayUntil is not null)
            said.Add($"{party.UserId} away");
        if (was.ConnectBy is null && party.ConnectBy is not null)
            said.Add($"{party.UserId} must connect");
        if (!was.MediaConnected && party.MediaConnected)
            said.Add($"{party.UserId} connected");
    }
}
