using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Settings;

/// <summary>The framework's own settings of logging, proxies and the environment, of which it names none when a value is wrong.</summary>
internal static partial class LoggingSettings
{
    private const string Scopes = "Console:FormatterOptions:IncludeScopes";
    private const string Environment = "ENVIRONMENT";
    private const string Forwarded = "FORWARDEDHEADERS_ENABLED";
    private static readonly string[] Levels = Enum.GetNames<LogLevel>();
    private static readonly string[] Formatters = ["simple", "json", "systemd"];

    /// <exception cref="SettingException">A value is wrong; each has its sentence.</exception>
    internal static void Check(IConfiguration configuration)
    {
        List<string> faults = [];
        var logging = configuration.GetSection("Logging");
        foreach (var levels in logging.GetChildren().Select(provider => provider.GetSection("LogLevel")).Append(logging.GetSection("LogLevel")))
        {
            foreach (var level in levels.GetChildren())
                if (level.Value is { Length: > 0 } text && !Levels.Contains(text, StringComparer.OrdinalIgnoreCase))
                    faults.Add($"{Name(level.Path)} must be one of {string.Join(", ", Levels)}.");
        }

        if (logging["Console:FormatterName"] is { Length: > 0 } formatter && !Formatters.Contains(formatter, StringComparer.OrdinalIgnoreCase))
            faults.Add($"Logging__Console__FormatterName must be one of {string.Join(", ", Formatters)}.");
        if (logging[Scopes] is { Length: > 0 } scopes && !bool.TryParse(scopes, out _))
            faults.Add($"{Name("Logging:" + Scopes)} must be true or false.");
        if (configuration[Forwarded] is { Length: > 0 } forwarded && !bool.TryParse(forwarded, out _))
            faults.Add($"ASPNETCORE_{Forwarded} must be true or false.");
        // A file is named after it, too.
        if (configuration[Environment] is { } environment && !EnvironmentName().IsMatch(environment))
            faults.Add($"ASPNETCORE_{Environment} must be 1 to 64 letters, digits, '_', '.' or '-'.");
        if (faults.Count > 0)
            throw new SettingException(faults);
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex EnvironmentName();

    private static string Name(string path) => path.Replace(":", "__", StringComparison.Ordinal);
}
