using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OrleansCalls.Silo.Telemetry.Outages;

namespace OrleansCalls.Silo;

/// <summary>What both programs log unless a setting says otherwise: one line for each change of a call, none for what frameworks do.</summary>
public static class HostDefaults
{
    private static KeyValuePair<string, string?>[] Settings =>
    [
        new("Logging:LogLevel:Default", "Information"),
        new("Logging:LogLevel:Microsoft", "Warning"),
        new("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"),
        // Categories match by prefix: without the second line the first would silence our own.
        new("Logging:LogLevel:Orleans", "Warning"),
        new("Logging:LogLevel:OrleansCalls", "Information"),
        // Orleans' way to the right silo, as Polly tells it: two lines for each grain that comes into memory, and whole stack traces while a
        // silo stops. What fails for good is told by Orleans and by us.
        new("Logging:LogLevel:Polly", "None"),
        // Two notes at each start that the server collector is off, which it is on purpose (see the project files).
        new("Logging:LogLevel:Orleans.Runtime.Silo", "Error"),
        // A stack trace twice a second while a gateway finds no silo or no database, which PatientStart and the health checks say.
        new("Logging:LogLevel:Orleans.Messaging.GatewayManager", "Critical"),
        // Takes the whole time since the machine's start for a stall at its first look, and what it says of real ones our health checks say.
        new("Logging:LogLevel:Orleans.Runtime.Watchdog", "Error"),
        // A line for each request that a silo does not answer; the gateway's own line says that one was not carried out.
        new("Logging:LogLevel:Orleans.Runtime.CallbackData", "Error"),
        new("Logging:LogLevel:Orleans.Messaging", "Error"),
        // They log a stack trace for every refusal; what is a fault is logged by our own filter.
        new("Logging:LogLevel:Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", "None"),
        new("Logging:LogLevel:Microsoft.AspNetCore.SignalR.HubConnectionHandler", "None"),
        new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"),
        // What keeps the program from starting is told by the program, once.
        new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
        new("Logging:Console:FormatterName", ConsoleFormatterNames.Simple),
        new("Logging:Console:FormatterOptions:SingleLine", "true"),
    ];

    /// <summary>Date and zone: two machines' logs are read side by side. The journal of systemd has its own.</summary>
    private static string? TimestampFormat(string? formatter) => formatter?.ToLowerInvariant() switch
    {
        ConsoleFormatterNames.Json => "yyyy-MM-dd'T'HH:mm:ss.fffzzz",
        ConsoleFormatterNames.Systemd => null,
        _ => "yyyy-MM-dd'T'HH:mm:ss.fffzzz ",
    };

    /// <summary>Puts them behind everything else in the configuration.</summary>
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
        // A slim host knows the simple formatter only, and sets it after what the settings say.
        builder.Logging.AddConsole();
        builder.Services.Configure<ConsoleLoggerOptions>(builder.Configuration.GetSection("Logging:Console"));
        builder.Services.AddOutageLog();
        // Added last, so that no setting brings them back.
        builder.Services.PostConfigure<LoggerFilterOptions>(Silence);
        return builder;
    }

    // A rule of one provider stands before every rule of all, however long the category's name: each provider needs its own.
    private static void Silence(LoggerFilterOptions filters)
    {
        foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
        {
            // Its request lines hold the whole address, and with it the tokens of hub clients.
            filters.Rules.Add(new LoggerFilterRule(provider, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, null));
            // Two lines for each bad token that anybody sends.
            filters.Rules.Add(new LoggerFilterRule(provider, "OrleansCalls.Gateway.Auth.ActionTokenHandler", LogLevel.Warning, null));
        }
    }
}
