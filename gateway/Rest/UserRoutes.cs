using OrleansCalls.Gateway.Descriptions;

namespace OrleansCalls.Gateway.Rest;

/// <summary>Further routes of a user: devices, presence, settings, ICE servers, and the configuration for clients.</summary>
internal static class UserRoutes
{
    public static void MapUsers(this IEndpointRouteBuilder api, bool development)
    {
        api.MapGet("/devices", async (RestCaller me, UserCommands users) => TypedResults.Ok(await users.GetDevices(me.Actor)))
            .WithTags("Devices").WithName("listDevices").WithSummary("My devices: connected ones, and ones with a push token");
        var devices = api.MapGroup("/devices/{deviceId}").WithTags("Devices");
        devices.MapDelete("", async (RestCaller me, string deviceId, UserCommands users) =>
            {
                await users.ForgetDevice(me.Actor, deviceId);
                return TypedResults.NoContent();
            })
            .WithName("forgetDevice")
            .WithSummary("Deletes all push tokens of a device, such as a lost phone; its access token stays valid");
        devices.MapPut("/push-token",
            async (RestCaller me, HttpContext context, string deviceId, PushTokenRequest? body, UserCommands users) =>
                {
                    await users.SetPushToken(me.Actor, context.User.DeviceId(deviceId), body);
                    return TypedResults.NoContent();
                })
            .WithName("setPushToken").WithSummary("Stores a device's push token");
        devices.MapDelete("/push-token", async (
                RestCaller me, HttpContext context, string deviceId, string? provider, UserCommands users) =>
            {
                var device = context.User.DeviceId(deviceId);
                PushProvider[] providers = provider is null
                    ? Enum.GetValues<PushProvider>()
                    : [
                        WireNames.Parse<PushProvider>(provider)
                            ?? throw CallException.Invalid("provider must be fcm, apns_voip or web_push."),
                    ];
                foreach (var one in providers)
                    await users.ClearPushToken(me.Actor, device, one);
                return TypedResults.NoContent();
            })
            .WithName("clearPushToken").Words("provider", "fcm", "apns_voip", "web_push")
            .WithSummary("Deletes a device's push tokens");

        api.MapGet("/users/{userId}/presence", async (RestCaller me, string userId, UserCommands users) =>
                TypedResults.Ok(await users.GetPresence(me.Actor.UserId, userId)))
            .WithTags("Users").WithName("getPresence").WithSummary("Whether a user is connected");
        if (development)
        {
            api.MapGet("/users", (RestCaller me, ConnectionRegistry registry) => TypedResults.Ok(Online(registry)))
                .WithTags("Development").WithName("listOnlineUsers")
                .WithSummary("Users connected to this process; in Development only");
        }

        var settings = api.MapGroup("/settings").WithTags("Settings");
        settings.MapGet("", async (RestCaller me, UserCommands users) => TypedResults.Ok(await users.GetSettings(me.Actor)))
            .WithName("getSettings").WithSummary("My settings");
        settings.MapPut("", async (RestCaller me, SettingsRequest? body, UserCommands users) =>
                TypedResults.Ok(await users.PutSettings(me.Actor, body)))
            .WithName("replaceSettings").WithSummary("Replaces my settings; my connected devices are notified");
        settings.MapPatch("", async (RestCaller me, SettingsChangeRequest? body, UserCommands users) =>
                TypedResults.Ok(await users.ChangeSettings(me.Actor, body)))
            .WithName("changeSettings").WithSummary("Changes those of my settings that are named; my other devices are notified");

        api.MapGet("/ice-servers", (RestCaller me, IceServers ice) => TypedResults.Ok(ice.Answer(me.Actor.UserId)))
            .WithTags("Service").WithName("getIceServers").WithSummary("ICE servers, with credentials that expire");
        api.MapGet("/config", async (RestCaller me, GatewayOptions options, IGrainFactory grains, UserCommands users) =>
                TypedResults.Ok(Config(options, await grains.GetCallDirectory().GetDefaultRing(), await users.GetWebPushKey())))
            .WithTags("Service").WithName("getConfig").WithSummary("What a client needs to know of this service");
    }

    private static Page<OnlineUserView> Online(ConnectionRegistry registry) => new(
        [.. registry.All.GroupBy(c => c.Actor.UserId, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new OnlineUserView(g.Key, g.Select(c => c.Actor.Name).FirstOrDefault(n => n is not null), true))]);

    private static ConfigView Config(GatewayOptions options, TimeSpan ring, string? webPushKey) => new()
    {
        HubPath = CallHub.Path,
        Limits = new LimitsView { MessagesPerSecond = options.MessagesPerSecond, MessageBurst = options.MessageBurst },
        Ring = new RingView((int)ring.TotalSeconds, (int)CallLimits.MinRing.TotalSeconds, (int)CallLimits.MaxRing.TotalSeconds),
        WebPushKey = webPushKey,
        KeepAliveSeconds = (int)HubSetup.KeepAlive.TotalSeconds,
        ClientTimeoutSeconds = (int)HubSetup.ClientTimeout.TotalSeconds,
    };
}
