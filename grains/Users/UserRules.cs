using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>Every rule about a user's durable part, as pure functions.</summary>
public static class UserRules
{
    private const int KeptMissed = 100;

    // A clock that is wrong by more than this is seen by whoever owns it.
    private static readonly TimeSpan DeviceClock = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Keeps a token in place of the device's former one of that provider. Where that makes too many devices, the one whose token is the
    /// oldest loses its tokens: an installation that is gone does not sign out.
    /// </summary>
    public static StoredUser SetToken(StoredUser user, string deviceId, PushProvider provider, string token, DateTimeOffset now)
    {
        // An app that was installed anew may come with another device id and the token of before.
        var kept = ForgetToken(ClearToken(user, deviceId, provider), provider, token).Tokens;
        var others = kept.Where(t => t.DeviceId != deviceId).GroupBy(t => t.DeviceId).OrderByDescending(tokens => tokens.Max(t => t.SetAt))
            .Take(CallLimits.Devices - 1).Select(tokens => tokens.Key).ToHashSet();
        var added = new DeviceToken { DeviceId = deviceId, Provider = provider, Token = token, SetAt = now };
        return user with { Tokens = [.. kept.Where(t => t.DeviceId == deviceId || others.Contains(t.DeviceId)), added] };
    }

    /// <summary>Forgets a device's token.</summary>
    public static StoredUser ClearToken(StoredUser user, string deviceId, PushProvider provider) =>
        user with { Tokens = user.Tokens.RemoveAll(t => t.DeviceId == deviceId && t.Provider == provider) };

    /// <summary>Forgets a token that is no longer this user's, on whichever device it is.</summary>
    public static StoredUser ForgetToken(StoredUser user, PushProvider provider, string token) =>
        user with { Tokens = user.Tokens.RemoveAll(t => t.Provider == provider && t.Token == token) };

    /// <summary>
    /// The tokens by which a user's devices are rung, one for each device: PushKit where a device has it, since nothing else rings an
    /// iPhone that sleeps.
    /// </summary>
    public static IEnumerable<DeviceToken> RingTokens(StoredUser user) => user.Tokens.GroupBy(t => t.DeviceId)
        .Select(tokens => tokens.MinBy(t => t.Provider switch { PushProvider.ApnsVoip => 0, PushProvider.Fcm => 1, PushProvider.WebPush => 2 })!);

    /// <summary>Forgets a token that its provider does not know, if it is still the same and not newer than the failure.</summary>
    public static StoredUser DropToken(StoredUser user, DeviceToken failed) =>
        user with { Tokens = user.Tokens.RemoveAll(t => t == failed) };

    /// <summary>
    /// Keeps a missed call, once, unless it has been acknowledged already. By its id: the call's silo may have another clock than the
    /// one by which the user acknowledged others.
    /// </summary>
    public static StoredUser Miss(StoredUser user, MissedCall missed)
    {
        if (user.Missed.Any(known => known.CallId == missed.CallId) || user.Acked.Contains(new AckedCall(missed.CallId, missed.At)))
            return user;
        var all = user.Missed.Add(missed);
        return user with { Missed = all.Length > KeptMissed ? all.RemoveAt(0) : all };
    }

    /// <summary>
    /// Missed calls up to an instant are seen. One that is the end of a missed call, to the millisecond, or the instant of the last
    /// acknowledgement, came from here and is exact. Any other is what a device's clock shows: of the last ten minutes or still to come,
    /// it means now. Else those calls would be back that the device has shown but its slow clock has still before it.
    /// </summary>
    public static StoredUser Ack(StoredUser user, DateTimeOffset upTo, DateTimeOffset now)
    {
        // Another silo's clock may have stamped a call a little ahead of this one's.
        var newest = user.Missed.Select(missed => missed.At).Append(now).Max();
        var exact = upTo == user.AckedUpTo || user.Missed.Any(missed => missed.At <= upTo && Milliseconds(missed.At) == Milliseconds(upTo));
        var seen = exact || upTo < now - DeviceClock ? upTo : newest;
        ImmutableArray<AckedCall> acked = [.. user.Missed.Where(missed => missed.At <= seen).Select(missed => new AckedCall(missed.CallId, missed.At))];
        return seen <= user.AckedUpTo && acked.IsEmpty ? user : user with
        {
            AckedUpTo = seen > user.AckedUpTo ? seen : user.AckedUpTo ?? seen,
            Missed = user.Missed.RemoveAll(missed => missed.At <= seen),
            Acked = [.. user.Acked.Concat(acked).TakeLast(KeptMissed)],
        };
    }

    /// <summary>
    /// The settings after a change. When do-not-disturb ends is part of switching it: a switch that does not name an end has none, and
    /// not that of the last time.
    /// </summary>
    public static UserSettings Change(UserSettings settings, SettingsChange change) => settings with
    {
        DoNotDisturb = change.DoNotDisturb ?? settings.DoNotDisturb,
        DoNotDisturbUntil = change.SetsUntil || change.DoNotDisturb is not null ? change.DoNotDisturbUntil : settings.DoNotDisturbUntil,
        CallWaiting = change.CallWaiting ?? settings.CallWaiting,
        Blocked = change.Blocked ?? settings.Blocked,
    };

    private static long Milliseconds(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMillisecond;

    /// <summary>Whether the user does not want to be disturbed now.</summary>
    public static bool IsQuiet(UserSettings settings, DateTimeOffset now) =>
        settings.DoNotDisturb && (settings.DoNotDisturbUntil is not { } until || now < until);
}
