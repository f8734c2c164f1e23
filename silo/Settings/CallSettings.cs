using OrleansCalls.Calls;

namespace OrleansCalls.Silo.Settings;

/// <summary>Reads section <c>Calls</c> into the options of the grains.</summary>
internal static class CallSettings
{
    private const double Day = 24 * 3600;

    internal static CallOptions Read(SettingsReader settings) => new()
    {
        Ring = settings.Time("Calls__Ring", 60, CallLimits.MinRing.TotalSeconds, CallLimits.MaxRing.TotalSeconds),
        RingAfterAlert = settings.Time("Calls__RingAfterAlert", 30, 0, CallLimits.MaxRing.TotalSeconds),
        Ready = settings.Time("Calls__Ready", 20, 1, 120),
        Connect = settings.Time("Calls__Connect", 30, 1, 300),
        ConnectResets = settings.Whole("Calls__ConnectResets", 3, 0, 100),
        CallerAway = settings.Time("Calls__CallerAway", 20, 1, 600),
        PartyAway = settings.Time("Calls__PartyAway", 30, 1, 600),
        PartySilent = settings.Time("Calls__PartySilent", 120, 30, Day),
        MaxDuration = settings.Time("Calls__MaxDuration", Day, 60, Day),
        PairRings = settings.Whole("Calls__PairRings", 3, 0, 1_000),
        PairWindow = settings.Time("Calls__PairWindow", 120, 1, 3_600),
        StartsPerMinute = settings.Whole("Calls__StartsPerMinute", 60, 0, 100_000),
        CalleesPerMinute = settings.Whole("Calls__CalleesPerMinute", 100, 0, 100_000),
        OpenCalls = settings.Whole("Calls__OpenCalls", 200, 0, 100_000),
        AckWindow = settings.Time("Calls__AckWindow", 2, 0.1, 30),
        Lease = settings.Time("Calls__Lease", 60, 10, 600),
    };
}
