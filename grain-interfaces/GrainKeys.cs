namespace OrleansCalls;

/// <summary>The one place where ids become grain keys.</summary>
public static class GrainKeys
{
    /// <summary>The call with this id.</summary>
    public static ICallGrain GetCall(this IGrainFactory grains, string callId) => Kind<ICallGrain>.Get(grains, callId);

    /// <summary>The user with this id.</summary>
    public static IUserGrain GetUser(this IGrainFactory grains, string userId) => Kind<IUserGrain>.Get(grains, userId);

    /// <summary>Who owns this push token.</summary>
    public static IPushTokenGrain GetPushToken(this IGrainFactory grains, PushProvider provider, string token) =>
        grains.GetGrain<IPushTokenGrain>(IPushTokenGrain.KeyOf(provider, token));

    /// <summary>The keys of action tokens.</summary>
    public static IActionKeyGrain GetActionKeys(this IGrainFactory grains) => grains.GetGrain<IActionKeyGrain>(IActionKeyGrain.Key);

    /// <summary>The cluster, as the nearest silo sees it.</summary>
    public static IClusterGrain GetCluster(this IGrainFactory grains) => grains.GetGrain<IClusterGrain>(IClusterGrain.Key);

    /// <summary>Who does the job of this name.</summary>
    public static ILeaseGrain GetLease(this IGrainFactory grains, string job) => grains.GetGrain<ILeaseGrain>(job);

    /// <summary>What looks after calls that lost their timers.</summary>
    public static ISweepGrain GetSweep(this IGrainFactory grains) => grains.GetGrain<ISweepGrain>(ISweepGrain.Key);

    /// <summary>What erases this user's data.</summary>
    public static IErasureGrain GetErasure(this IGrainFactory grains, string userId) => grains.GetGrain<IErasureGrain>(userId);

    /// <summary>What deletes old rows.</summary>
    public static IPurgeGrain GetPurge(this IGrainFactory grains) => grains.GetGrain<IPurgeGrain>(IPurgeGrain.Key);

    /// <summary>The directory of all calls.</summary>
    public static ICallDirectoryGrain GetCallDirectory(this IGrainFactory grains) =>
        grains.GetGrain<ICallDirectoryGrain>(ICallDirectoryGrain.Key);

    /// <summary>
    /// What Orleans' factory finds out by reflection at each <c>GetGrain</c> of an interface: which grain that is. Kept, since a call asks
    /// some twenty times.
    /// </summary>
    private static class Kind<T>
        where T : IGrainWithStringKey
    {
        private static volatile Found? _found;

        public static T Get(IGrainFactory grains, string key)
        {
            if (_found is { } found)
                return (T)grains.GetGrain(GrainId.Create(found.Grain, key), found.Interface);
            var grain = grains.GetGrain<T>(key);
            var reference = (GrainReference)(object)grain;
            _found = new Found(reference.GrainId.Type, reference.InterfaceType);
            return grain;
        }

        private sealed record Found(GrainType Grain, GrainInterfaceType Interface);
    }
}
