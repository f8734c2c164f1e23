namespace OrleansCalls;

/// <summary>Maps ids to grain keys.</summary>
public static class GrainKeys
{
    /// <summary>Returns the call with this id.</summary>
    public static ICallGrain GetCall(this IGrainFactory grains, string callId) => Kind<ICallGrain>.Get(grains, callId);

    /// <summary>Returns the user with this id.</summary>
    public static IUserGrain GetUser(this IGrainFactory grains, string userId) => Kind<IUserGrain>.Get(grains, userId);

    /// <summary>Returns the ownership record of this push token.</summary>
    public static IPushTokenGrain GetPushToken(this IGrainFactory grains, PushProvider provider, string token) =>
        grains.GetGrain<IPushTokenGrain>(IPushTokenGrain.KeyOf(provider, token));

    /// <summary>Returns the keys of action tokens.</summary>
    public static IActionKeyGrain GetActionKeys(this IGrainFactory grains) =>
        grains.GetGrain<IActionKeyGrain>(IActionKeyGrain.Key);

    /// <summary>Returns the cluster membership, as seen by the nearest silo.</summary>
    public static IClusterGrain GetCluster(this IGrainFactory grains) => grains.GetGrain<IClusterGrain>(IClusterGrain.Key);

    /// <summary>Returns the sessions of operators.</summary>
    public static IAdminSessionsGrain GetAdminSessions(this IGrainFactory grains) =>
        grains.GetGrain<IAdminSessionsGrain>(IAdminSessionsGrain.Key);

    /// <summary>Returns the reports of the service's processes.</summary>
    public static INodesGrain GetNodes(this IGrainFactory grains) => grains.GetGrain<INodesGrain>(INodesGrain.Key);

    /// <summary>Returns the lease of this name.</summary>
    public static ILeaseGrain GetLease(this IGrainFactory grains, string job) => grains.GetGrain<ILeaseGrain>(job);

    /// <summary>Returns the sweep over calls that lost their timers.</summary>
    public static ISweepGrain GetSweep(this IGrainFactory grains) => grains.GetGrain<ISweepGrain>(ISweepGrain.Key);

    /// <summary>Returns the erasure of this user's data.</summary>
    public static IErasureGrain GetErasure(this IGrainFactory grains, string userId) => grains.GetGrain<IErasureGrain>(userId);

    /// <summary>Returns the purge of old rows.</summary>
    public static IPurgeGrain GetPurge(this IGrainFactory grains) => grains.GetGrain<IPurgeGrain>(IPurgeGrain.Key);

    /// <summary>Returns the directory of all calls.</summary>
    public static ICallDirectoryGrain GetCallDirectory(this IGrainFactory grains) =>
        grains.GetGrain<ICallDirectoryGrain>(ICallDirectoryGrain.Key);

    /// <summary>
    /// Caches what Orleans' factory determines by reflection at each <c>GetGrain</c>: the grain type of an interface. A call
    /// uses it some twenty times.
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
