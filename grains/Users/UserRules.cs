using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>The rules of a user's durable state, as pure functions.</summary>
public static class UserRules
{
    private const int KeptMissed = 100;

    // A device clock that is wrong by more than this is noticed by its owner.
    private static readonly TimeSpan DeviceClock = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Sets a token in place of the device's previous one of that provider. If there are then too many devices, the one with
    /// the oldest token loses its tokens: uninstalled apps do not sign out.
    /// </summary>
    public static StoredUser SetToken(StoredUser user, string deviceId, PushProvider provider, string token, DateTimeOffset now)
    {
        // A reinstalled app may have a new device id and the previous token.
        var kept = ForgetToken(ClearToken(user, deviceId, provider), provider, token).Tokens;
        var others = kept.Where(t => t.DeviceId != deviceId).GroupBy(t => t.DeviceId)
            .OrderByDescending(tokens => tokens.Max(t => t.SetAt))
            .Take(CallLimits.Devices - 1).Select(tokens => tokens.Key).ToHashSet();
        var added = new DeviceToken { DeviceId = deviceId, Provider = provider, Token = token, SetAt = now };
        return user with { Tokens = [.. kept.Where(t => t.DeviceId == deviceId || others.Contains(t.DeviceId)), added] };
    }

    /// <summary>Removes a device's token.</summary>
    public static StoredUser ClearToken(StoredUser user, string deviceId, PushProvider provider) =>
        user with { Tokens = user.Tokens.RemoveAll(t => t.DeviceId == deviceId && t.Provider == provider) };

    /// <summary>Removes a token that now belongs to another user, on any device.</summary>
    public static StoredUser ForgetToken(StoredUser user, PushProvider provider, string token) =>
        user with { Tokens = user.Tokens.RemoveAll(t => t.Provider == provider && t.Token == token) };

    /// <summary>
    /// Returns the tokens on which a user's devices ring, one for each device: PushKit where a device has it, since nothing
    /// else rings a sleeping iPhone.
    /// </summary>
    public static IEnumerable<DeviceToken> RingTokens(StoredUser user) => user.Tokens.GroupBy(t => t.DeviceId)
        .Select(
            tokens => tokens.MinBy(
                t => t.Provider switch { PushProvider.ApnsVoip => 0, PushProvider.Fcm => 1, PushProvider.WebPush => 2 })!);

    /// <summary>Removes a token that its provider rejected, if it is still the same and not newer than the failure.</summary>
    public static StoredUser DropToken(StoredUser user, DeviceToken failed) =>
        user with { Tokens = user.Tokens.RemoveAll(t => t == failed) };

    /// <summary>
    /// Adds a missed call, once, unless it has been acknowledged. Compared by id: the call's silo may have another clock than
    /// the one by which the user acknowledged others.
    /// </summary>
    public static StoredUser AddMissedCall(StoredUser user, MissedCall missed)
    {
        if (user.Missed.Any(known => known.CallId == missed.CallId)
            || user.Acked.Contains(new AckedCall(missed.CallId, missed.At)))
            return user;
        var all = user.Missed.Add(missed);
        return user with { Missed = all.Length > KeptMissed ? all.RemoveAt(0) : all };
    }

    /// <summary>
    /// Acknowledges missed calls up to a time. A time that equals the end of a missed call to the millisecond, or the previous
    /// acknowledgement, was issued here and is exact. Any other comes from a device's clock: within the last ten minutes or in
    /// the future it counts as now. Otherwise calls that a device with a slow clock has shown would return.
    /// </summary>
    public static StoredUser Ack(StoredUser user, DateTimeOffset upTo, DateTimeOffset now)
    {
        // Another silo may have stamped a call slightly ahead of this clock.
        var newest = user.Missed.Select(missed => missed.At).Append(now).Max();
        var exact = upTo == user.AckedUpTo
            || user.Missed.Any(missed => missed.At <= upTo && Milliseconds(missed.At) == Milliseconds(upTo));
        var seen = exact || upTo < now - DeviceClock ? upTo : newest;
        ImmutableArray<AckedCall> acked =
        [
            .. user.Missed.Where(missed => missed.At <= seen).Select(missed => new AckedCall(missed.CallId, missed.At)),
        ];
        return seen <= user.AckedUpTo && acked.IsEmpty ? user : user with
        {
            AckedUpTo = seen > user.AckedUpTo ? seen : user.AckedUpTo ?? seen,
            Missed = user.Missed.RemoveAll(missed => missed.At <= seen),
            Acked = [.. user.Acked.Concat(acked).TakeLast(KeptMissed)],
        };
    }

    /// <summary>
    /// Returns the settings after a change. Switching do-not-disturb includes its end: a switch without an end has none, rather
    /// than the previous one.
    /// </summary>
    public static UserSettings Change(UserSettings settings, SettingsChange change) => settings with
    {
        DoNotDisturb = change.DoNotDisturb ?? settings.DoNotDisturb,
        DoNotDisturbUntil = change.SetsUntil || change.DoNotDisturb is not null
            ? change.DoNotDisturbUntil
            : settings.DoNotDisturbUntil,
        CallWaiting = change.CallWaiting ?? settings.CallWaiting,
        Blocked = change.Blocked ?? settings.Blocked,
    };

    private static long Milliseconds(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMillisecond;

    /// <summary>Returns true if do-not-disturb is on.</summary>
    public static bool IsQuiet(UserSettings settings, DateTimeOffset now) =>
        settings.DoNotDisturb && (settings.DoNotDisturbUntil is not { } until || now < until);
}
