using Orleans.Dashboard;

namespace OrleansCalls.Silo.Dashboard;

/// <summary>Adds Orleans' dashboard if a setting enables it. It times every grain call while it is open.</summary>
public static class CallDashboard
{
    /// <summary>Returns true if silos collect the dashboard's data, and gateways serve it.</summary>
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

    // The dashboard's log stream would expose the ids in log messages to its users.
    private static void Configure(DashboardOptions options) => options.HideTrace = true;
}
