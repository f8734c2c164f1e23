namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The commands of users on their own data (history, missed calls, push tokens, settings), for hub, REST and dialects.
/// </summary>
public sealed class UserCommands(IGrainFactory grains, GrainRetry retry, PresencePolicy policy)
{
    // Wire times have milliseconds, stored ones are finer: "up to" a time that a client received must include that millisecond.
    private static readonly TimeSpan BelowMillisecond = TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1);

    /// <summary>Returns past calls, newest first.</summary>
    public async Task<Page<PastCallView>> GetHistory(Actor actor, HistoryRequest? request)
    {
        var page = Answered(await retry.Ask(() => grains.GetUser(actor.UserId).GetHistory(Query(request))));
        return new Page<PastCallView>([.. page.Items.Select(p => new PastCallView(p))], page.Next);
    }

    /// <summary>Returns the page; throws the error that it holds instead, if any.</summary>
    public static HistoryPage Answered(HistoryPage page) => page.Error is { } error ? throw new CallException(error) : page;

    /// <summary>Validates a history query.</summary>
    public static HistoryQuery Query(HistoryRequest? request) => new()
    {
        Before = Check.Cursor(request?.Before),
        Limit = Check.Number(request?.Limit ?? 50, "limit", 1, CallLimits.HistoryPage),
        MissedOnly = request?.MissedOnly ?? false,
    };

    /// <summary>Marks missed calls as seen.</summary>
    public Task AckMissed(Actor actor, AckMissedRequest? body)
    {
        var upTo = Check.Given(Check.Body(body).UpTo, "upTo");
        if (upTo.UtcDateTime > DateTime.MaxValue - BelowMillisecond)
            throw CallException.Invalid("upTo is too late.");
        return retry.Ask(() => grains.GetUser(actor.UserId).AckMissedCalls(upTo + BelowMillisecond, actor.DeviceId));
    }

    /// <summary>Stores a push token for one of the actor's devices.</summary>
    public async Task SetPushToken(Actor actor, string? deviceId, PushTokenRequest? body)
    {
        var request = Check.Body(body);
        var device = Check.DeviceId(deviceId);
        var provider = Check.Given(request.Provider, "provider");
        var token = Check.PushToken(provider, request.Token);
        var error = await retry.Ask(() => grains.GetPushToken(provider, token).Give(provider, token, actor.UserId, device));
        if (error is not null)
            throw new CallException(error);
    }

    /// <summary>Returns the actor's devices: connected ones, and ones with a push token.</summary>
    public async Task<Page<DeviceView>> GetDevices(Actor actor)
    {
        var user = await retry.Ask(() => grains.GetUser(actor.UserId).Inspect());
        var ids = user.Connections.Select(c => c.DeviceId).Concat(user.PushDevices.Select(p => p.DeviceId))
            .Distinct(StringComparer.Ordinal);
        return new Page<DeviceView>([.. ids.Order(StringComparer.Ordinal).Select(id =>
        {
            var connection = user.Connections.FirstOrDefault(c => c.DeviceId == id);
            return new DeviceView(
                id, connection?.Platform, connection?.ConnectedAt,
                [.. user.PushDevices.Where(p => p.DeviceId == id).Select(p => new DevicePushView(p.Provider, p.SetAt))]);
        })]);
    }

    /// <summary>Deletes all push tokens of one of the actor's devices.</summary>
    public async Task ForgetDevice(Actor actor, string? deviceId)
    {
        var device = Check.DeviceId(deviceId);
        foreach (var provider in Enum.GetValues<PushProvider>())
            await retry.Ask(() => grains.GetUser(actor.UserId).ClearPushToken(device, provider));
    }

    /// <summary>
    /// Returns the VAPID public key; null while Web Push is off, or when a silo of an older version does not report it.
    /// </summary>
    public async Task<string?> GetWebPushKey()
    {
        try
        {
            return await grains.GetCallDirectory().GetWebPushKey();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Deletes a push token of one of the actor's devices.</summary>
    public Task ClearPushToken(Actor actor, string? deviceId, PushProvider? provider)
    {
        var device = Check.DeviceId(deviceId);
        var given = Check.Given(provider, "provider");
        return retry.Ask(() => grains.GetUser(actor.UserId).ClearPushToken(device, given));
    }

    /// <summary>Returns a user's presence, as visible to <paramref name="readerId"/>.</summary>
    public async Task<Presence> GetPresence(string readerId, string? userId)
    {
        var user = Check.UserId(userId, "userId");
        return (await retry.Ask(() => policy.Visible(readerId, [user]))).Contains(user)
            ? (await retry.Ask(() => grains.GetUser(user).GetPresence())).For(readerId)
            : new Presence { UserId = user, Online = false };
    }

    /// <summary>Returns the actor's settings.</summary>
    public Task<UserSettings> GetSettings(Actor actor) =>
        retry.Ask(() => grains.GetUser(actor.UserId).GetSettings());

    /// <summary>Changes some of the actor's settings; returns all of them.</summary>
    public Task<UserSettings> ChangeSettings(Actor actor, SettingsChangeRequest? body)
    {
        var request = Check.Body(body);
        var change = new SettingsChange
        {
            DoNotDisturb = request.DoNotDisturb,
            DoNotDisturbUntil = request.DoNotDisturbUntil,
            SetsUntil = request.SetsUntil,
            CallWaiting = request.CallWaiting,
            Blocked = request.Blocked is null ? null : BlockList(request.Blocked),
        };
        return retry.Ask(() => grains.GetUser(actor.UserId).ChangeSettings(change, actor.DeviceId));
    }

    /// <summary>Replaces the actor's settings.</summary>
    public async Task<UserSettings> PutSettings(Actor actor, SettingsRequest? body)
    {
        var request = Check.Body(body);
        var settings = new UserSettings
        {
            DoNotDisturb = request.DoNotDisturb ?? false,
            DoNotDisturbUntil = request.DoNotDisturbUntil,
            CallWaiting = request.CallWaiting ?? false,
            Blocked = BlockList(request.Blocked ?? []),
        };
        await retry.Ask(() => grains.GetUser(actor.UserId).PutSettings(settings));
        return settings;
    }

    /// <summary>Sends a notification of the app's back end to a user's devices.</summary>
    public async Task<NotifiedView> Notify(string? userId, NotifyRequest? body)
    {
        var request = Check.Body(body);
        var notification = new NotificationReceived
        {
            Type = Check.Id(request.Type, "type", 64), Payload = Check.Payload(request.Payload, required: false),
        };
        return new NotifiedView(await grains.GetUser(Check.UserId(userId, "userId")).SendNotification(notification));
    }

    private static ImmutableArray<string> BlockList(IReadOnlyList<string?> blocked) =>
        [.. Check.UserIds(blocked, "blocked", CallLimits.Blocked).Distinct(StringComparer.Ordinal)];
}
