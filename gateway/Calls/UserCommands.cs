namespace OrleansCalls.Gateway.Calls;

/// <summary>What people ask of their own user: history, missed calls, push tokens, settings. For hub, REST and dialects.</summary>
public sealed class UserCommands(IGrainFactory grains, Perseverance persevering, PresencePolicy policy)
{
    // Wire times have milliseconds, kept ones are finer: "up to" an instant that a client was shown must take that instant in.
    private static readonly TimeSpan BelowMillisecond = TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1);

    /// <summary>Past calls, newest first.</summary>
    public async Task<Page<PastCallView>> GetHistory(Actor actor, HistoryRequest? request)
    {
        var page = Answered(await persevering.Ask(() => grains.GetUser(actor.UserId).GetHistory(Query(request))));
        return new Page<PastCallView>([.. page.Items.Select(p => new PastCallView(p))], page.Next);
    }

    /// <summary>The page itself, when it is one.</summary>
    public static HistoryPage Answered(HistoryPage page) => page.Error is { } error ? throw new CallException(error) : page;

    /// <summary>A checked query.</summary>
    public static HistoryQuery Query(HistoryRequest? request) => new()
    {
        Before = Check.Cursor(request?.Before),
        Limit = Check.Number(request?.Limit ?? 50, "limit", 1, CallLimits.HistoryPage),
        MissedOnly = request?.MissedOnly ?? false,
    };

    /// <summary>Missed calls are seen.</summary>
    public Task AckMissed(Actor actor, AckMissedRequest? body)
    {
        var upTo = Check.Given(Check.Body(body).UpTo, "upTo");
        if (upTo.UtcDateTime > DateTime.MaxValue - BelowMillisecond)
            throw CallException.Invalid("upTo is too late.");
        return persevering.Ask(() => grains.GetUser(actor.UserId).AckMissedCalls(upTo + BelowMillisecond, actor.DeviceId));
    }

    /// <summary>Keeps a push token for one of the actor's devices.</summary>
    public async Task SetPushToken(Actor actor, string? deviceId, PushTokenRequest? body)
    {
        var request = Check.Body(body);
        var device = Check.DeviceId(deviceId);
        var provider = Check.Given(request.Provider, "provider");
        var token = Check.PushToken(provider, request.Token);
        var error = await persevering.Ask(() => grains.GetPushToken(provider, token).Give(provider, token, actor.UserId, device));
        if (error is not null)
            throw new CallException(error);
    }

    /// <summary>The actor's devices: those that are connected, and those that can be pushed.</summary>
    public async Task<Page<DeviceView>> GetDevices(Actor actor)
    {
        var user = await persevering.Ask(() => grains.GetUser(actor.UserId).Inspect());
        var ids = user.Connections.Select(c => c.DeviceId).Concat(user.PushDevices.Select(p => p.DeviceId)).Distinct(StringComparer.Ordinal);
        return new Page<DeviceView>([.. ids.Order(StringComparer.Ordinal).Select(id =>
        {
            var connection = user.Connections.FirstOrDefault(c => c.DeviceId == id);
            return new DeviceView(
                id, connection?.Platform, connection?.ConnectedAt,
                [.. user.PushDevices.Where(p => p.DeviceId == id).Select(p => new DevicePushView(p.Provider, p.SetAt))]);
        })]);
    }

    /// <summary>Forgets all push tokens of one of the actor's devices.</summary>
    public async Task ForgetDevice(Actor actor, string? deviceId)
    {
        var device = Check.DeviceId(deviceId);
        foreach (var provider in Enum.GetValues<PushProvider>())
            await persevering.Ask(() => grains.GetUser(actor.UserId).ClearPushToken(device, provider));
    }

    /// <summary>The key that browsers subscribe to Web Push with; null while it is off, or unknown to silos of the version before.</summary>
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

    /// <summary>Forgets a push token of one of the actor's devices.</summary>
    public Task ClearPushToken(Actor actor, string? deviceId, PushProvider? provider)
    {
        var device = Check.DeviceId(deviceId);
        var given = Check.Given(provider, "provider");
        return persevering.Ask(() => grains.GetUser(actor.UserId).ClearPushToken(device, given));
    }

    /// <summary>Whether somebody is connected, as <paramref name="readerId"/> may know it.</summary>
    public async Task<Presence> GetPresence(string readerId, string? userId)
    {
        var user = Check.UserId(userId, "userId");
        return (await persevering.Ask(() => policy.Visible(readerId, [user]))).Contains(user)
            ? (await persevering.Ask(() => grains.GetUser(user).GetPresence())).For(readerId)
            : new Presence { UserId = user, Online = false };
    }

    /// <summary>The actor's own settings.</summary>
    public Task<UserSettings> GetSettings(Actor actor) =>
        persevering.Ask(() => grains.GetUser(actor.UserId).GetSettings());

    /// <summary>Changes some of the actor's own settings; answers all of them.</summary>
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
        return persevering.Ask(() => grains.GetUser(actor.UserId).ChangeSettings(change, actor.DeviceId));
    }

    /// <summary>Replaces the actor's own settings.</summary>
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
        await persevering.Ask(() => grains.GetUser(actor.UserId).PutSettings(settings));
        return settings;
    }

    /// <summary>An app back end's own notice to a user's devices.</summary>
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
