using Orleans.Dashboard;

namespace OrleansCalls.Silo.Dashboard;

/// <summary>Adds Orleans' own dashboard of grains and silos where a setting asks for it. It times every grain call while somebody looks.</summary>
public static class CallDashboard
{
    /// <summary>Whether silos collect what it shows, and gateways serve it.</summary>
    public static bool IsOn(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Flag("Dashboard__Enabled");
    }

    internal static void AddCallDashboard(this ISiloBuilder silo, SettingsReader settings)
    {
        if (IsOn(settings))
            silo.AddDashboard(Configure);
    }

    internal static void AddCallDashboard(this IClientBuilder client, SettingsReader settings)
    {
        if (IsOn(settings))
            client.AddDashboard(Configure);
    }

    // Its stream of log lines would show the ids in them to whoever looks; the log is where the log is.
    private static void Configure(DashboardOptions options) => options.HideTrace = true;
}
