using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Settings;

/// <summary>Validates the framework's settings of logging, proxies and environment, whose own errors name no setting.</summary>
internal static partial class LoggingSettings
{
    private const string Environment = "ASPNETCORE_ENVIRONMENT";
    private static readonly string[] Levels = Enum.GetNames<LogLevel>();

    /// <exception cref="SettingException">Values are wrong; one sentence for each.</exception>
    internal static void Check(IConfiguration configuration) => SettingsReader.Read(configuration, settings =>
    {
        foreach (var levels in settings.Members("Logging").Select(provider => $"Logging__{provider}__LogLevel")
            .Append("Logging__LogLevel"))
            foreach (var category in settings.Members(levels))
                settings.Word($"{levels}__{category}", Levels);
        settings.Word("Logging__Console__FormatterName", "simple", "json", "systemd");
        settings.Flag("Logging__Console__FormatterOptions__IncludeScopes");
        settings.Flag("ASPNETCORE_FORWARDEDHEADERS_ENABLED");
        // A file is named after it.
        if (settings.Exact(Environment) is { } environment && !EnvironmentName().IsMatch(environment))
            settings.Wrong(Environment, "must be 1 to 64 letters, digits, '_', '.' or '-'");
        return settings;
    });

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex EnvironmentName();
}
