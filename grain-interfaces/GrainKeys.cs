namespace OrleansCalls;

/// <summary>The one place where ids become grain keys.</summary>
public static class GrainKeys
{
    /// <summary>The call with this id.</summary>
    public static ICallGrain GetCall(this IGrainFactory grains, string callId) => grains.GetGrain<ICallGrain>(callId);

    /// <summary>The user with this id.</summary>
    public static IUserGrain GetUser(this IGrainFactory grains, string userId) => grains.GetGrain<IUserGrain>(userId);

    /// <summary>Who owns this push token.</summary>
    public static IPushTokenGrain GetPushToken(this IGrainFactory grains, PushProvider provider, string token) =>
        grains.GetGrain<IPushTokenGrain>(IPushTokenGrain.KeyOf(provider, token));

    /// <summary>The keys of action tokens.</summary>
    public static IActionKeyGrain GetActionKeys(this IGrainFactory grains) => grains.GetGrain<IActionKeyGrain>(IActionKeyGrain.Key);

    /// <summary>The cluster, as the nearest silo sees it.</summary>
    public static IClusterGrain GetCluster(this IGrainFactory grains) => grains.GetGrain<IClusterGrain>(IClusterGrain.Key);

    /// <summary>The directory of all calls.</summary>
    public static ICallDirectoryGrain GetCallDirectory(this IGrainFactory grains) =>
        grains.GetGrain<ICallDirectoryGrain>(ICallDirectoryGrain.Key);
}
