using Microsoft.Extensions.Configuration;
using Orleans.Dashboard;

namespace OrleansCalls.Silo.Dashboard;

/// <summary>Orleans' own dashboard of grains and silos: section <c>Dashboard</c>.</summary>
public sealed class CallDashboardOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Dashboard";

    /// <summary>Whether silos collect what it shows, and gateways serve it. It times every grain call while somebody looks.</summary>
    public bool Enabled { get; set; }
}

/// <summary>Adds Orleans' dashboard where a setting asks for it.</summary>
public static class CallDashboard
{
    /// <summary>Whether it is on.</summary>
    /// <exception cref="InvalidOperationException"><c>Dashboard__Enabled</c> is neither true nor false.</exception>
    public static bool IsOn(IConfiguration configuration) =>
        configuration.GetSection(CallDashboardOptions.Section).Get<CallDashboardOptions>()?.Enabled == true;

    internal static void AddCallDashboard(this ISiloBuilder silo, IConfiguration configuration)
    {
        if (IsOn(configuration))
            silo.AddDashboard(Configure);
    }

    internal static void AddCallDashboard(this IClientBuilder client, IConfiguration configuration)
    {
        if (IsOn(configuration))
            client.AddDashboard(Configure);
    }

    // Its stream of log lines would show the ids in them to whoever looks; the log is where the log is.
    private static void Configure(DashboardOptions options) => options.HideTrace = true;
}
