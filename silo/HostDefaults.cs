using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OrleansCalls.Silo.Telemetry.Outages;

namespace OrleansCalls.Silo;

/// <summary>
/// Logging defaults of both programs: one line for each change of a call, none for routine work of frameworks.
/// </summary>
public static class HostDefaults
{
    private static KeyValuePair<string, string?>[] Settings =>
    [
        new("Logging:LogLevel:Default", "Information"),
        new("Logging:LogLevel:Microsoft", "Warning"),
        new("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"),
        // Categories match by prefix: without the second line the first would mute this service's own.
        new("Logging:LogLevel:Orleans", "Warning"),
        new("Logging:LogLevel:OrleansCalls", "Information"),
        // Polly's log of Orleans' routing: two lines for each activation, and stack traces while a silo stops. Final failures
        // are logged elsewhere.
        new("Logging:LogLevel:Polly", "None"),
        // Two notices at each start that server GC is off, which is intended (see the project files).
        new("Logging:LogLevel:Orleans.Runtime.Silo", "Error"),
        // A stack trace twice a second while a gateway finds no silo or no database, which WaitForSilos and the health checks
        // report.
        new("Logging:LogLevel:Orleans.Messaging.GatewayManager", "Critical"),
        // Its first check takes the time since boot for a stall; real stalls are reported by the health checks.
        new("Logging:LogLevel:Orleans.Runtime.Watchdog", "Error"),
        // A line for each request without a reply; the gateway logs the failed command.
        new("Logging:LogLevel:Orleans.Runtime.CallbackData", "Error"),
        new("Logging:LogLevel:Orleans.Messaging", "Error"),
        // They log a stack trace for every rejected command; internal errors are logged by the hub filter.
        new("Logging:LogLevel:Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", "None"),
        new("Logging:LogLevel:Microsoft.AspNetCore.SignalR.HubConnectionHandler", "None"),
        new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"),
        // The program itself reports why it cannot start.
        new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
        new("Logging:Console:FormatterName", ConsoleFormatterNames.Simple),
        new("Logging:Console:FormatterOptions:SingleLine", "true"),
    ];

    /// <summary>With date and zone, to compare the logs of several machines; systemd's journal adds its own.</summary>
    private static string? TimestampFormat(string? formatter) => formatter?.ToLowerInvariant() switch
    {
        ConsoleFormatterNames.Json => "yyyy-MM-dd'T'HH:mm:ss.fffzzz",
        ConsoleFormatterNames.Systemd => null,
        _ => "yyyy-MM-dd'T'HH:mm:ss.fffzzz ",
    };

    /// <summary>Adds the defaults behind all other configuration sources.</summary>
    public static IHostApplicationBuilder AddHostDefaults(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<TimeProvider>(new SteadyTime(TimeProvider.System));
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Settings });
        SettingNames.Check(builder.Configuration);
        LoggingSettings.Check(builder.Configuration);
        var format = TimestampFormat(builder.Configuration["Logging:Console:FormatterName"]);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:Console:FormatterOptions:TimestampFormat", format)],
        });
        // A slim host registers the simple formatter only, and configures it after the settings.
        builder.Logging.AddConsole();
        builder.Services.Configure<ConsoleLoggerOptions>(builder.Configuration.GetSection("Logging:Console"));
        builder.Services.AddOutageLog();
        // Added last, so that no setting can re-enable them.
        builder.Services.PostConfigure<LoggerFilterOptions>(Silence);
        return builder;
    }

    // A rule for one provider takes precedence over rules for all, whatever the category: each provider needs its own.
    private static void Silence(LoggerFilterOptions filters)
    {
        foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
        {
            // Its request lines hold the whole address, with the tokens of hub clients.
            filters.Rules.Add(new LoggerFilterRule(provider, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, null));
            // Two lines for each invalid token that anybody sends.
            filters.Rules.Add(
                new LoggerFilterRule(provider, "OrleansCalls.Gateway.Auth.ActionTokenHandler", LogLevel.Warning, null));
        }
    }
}
