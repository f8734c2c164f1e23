using OrleansCalls.History;

namespace OrleansCalls.Users;

/// <content>The durable state of a user: push tokens, settings, missed calls.</content>
public sealed partial class UserGrain
{
    /// <inheritdoc/>
    public async Task<CallError?> SetPushToken(string deviceId, PushProvider provider, string token)
    {
        await _account.Write(user => UserRules.SetToken(user, deviceId, provider, token, Now));
        // The device has become reachable, perhaps with a valid token at last, and may have to ring for a pending call.
        _ringing.Take(new RingTokenSet(deviceId));
        Schedule();
        return null;
    }

    /// <inheritdoc/>
    public Task ClearPushToken(string deviceId, PushProvider provider) =>
        _account.Write(user => UserRules.ClearToken(user, deviceId, provider));

    /// <inheritdoc/>
    public async Task ForgetPushToken(PushProvider provider, string token)
    {
        var rung = UserRules.RingTokens(User).Where(t => t.Provider == provider && t.Token == token).ToList();
        var forgotten = await _account.Write(user => UserRules.ForgetToken(user, provider, token));
        // The phone may be ringing for a user who is not signed in on it any more.
        foreach (var phone in forgotten ? rung : [])
            _ringing.Take(new RingTokenForgotten(phone));
    }

    /// <inheritdoc/>
    public Task DropPushToken(string deviceId, PushProvider provider, string token, DateTimeOffset setAt)
    {
        var refused = new DeviceToken { DeviceId = deviceId, Provider = provider, Token = token, SetAt = setAt };
        return _account.Write(user => UserRules.DropToken(user, refused));
    }

    /// <inheritdoc/>
    public Task<bool> HasPushToken(PushProvider provider, string token) =>
        Task.FromResult(User.Tokens.Any(t => t.Provider == provider && t.Token == token));

    /// <inheritdoc/>
    public Task<UserSettings> GetSettings() => Task.FromResult(User.Settings);

    /// <inheritdoc/>
    public Task PutSettings(UserSettings settings) => KeepSettings(_ => settings, byDeviceId: null);

    /// <inheritdoc/>
    public async Task<UserSettings> ChangeSettings(SettingsChange change, string? byDeviceId)
    {
        await KeepSettings(settings => UserRules.Change(settings, change), byDeviceId);
        return User.Settings;
    }

    /// <inheritdoc/>
    public async Task AckMissedCalls(DateTimeOffset upTo, string? byDeviceId)
    {
        if (!await _account.Write(user => UserRules.Ack(user, upTo, Now)))
            return;
        var acked = new MissedCallsAcked { UpTo = User.AckedUpTo!.Value };
        _presence.Send(new Envelope { Event = acked, ExceptDevice = byDeviceId });
    }

    /// <inheritdoc/>
    public async Task<UserErasure> Erase()
    {
        var before = await _account.Erase();
        _ends.Clear();
        return new UserErasure
        {
            PushTokens = before.Tokens.Length, MissedCalls = before.Missed.Length, CallIds = [.. _calls.KnownIds],
        };
    }

    /// <inheritdoc/>
    public Task ForgetCaller(string callerId, string alias)
    {
        _ends.Clear();
        return _account.Write(user => Erasure.Of(user, callerId, alias));
    }

    private async Task KeepSettings(Func<UserSettings, UserSettings> change, string? byDeviceId)
    {
        var hidden = User.Settings.Blocked;
        if (!await _account.Write(user => user with { Settings = change(user.Settings) }))
            return;
        _presence.Send(new Envelope { Event = new SettingsChanged { Settings = User.Settings }, ExceptDevice = byDeviceId });
        // Watchers who are newly blocked, or unblocked, see another presence.
        if (!hidden.SequenceEqual(User.Settings.Blocked))
            _presence.TellWatchers();
    }
}
