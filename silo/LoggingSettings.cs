using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo;

/// <summary>The framework's own settings of logging and of proxies, of which it names none when a value is wrong.</summary>
internal static class LoggingSettings
{
    private const string Forwarded = "FORWARDEDHEADERS_ENABLED";
    private static readonly string[] Formatters = ["simple", "json", "systemd"];

    /// <exception cref="OptionsValidationException">A value is wrong; each has its sentence.</exception>
    internal static void Check(IConfiguration configuration)
    {
        List<string> faults = [];
        var logging = configuration.GetSection("Logging");
        foreach (var levels in logging.GetChildren().Select(provider => provider.GetSection("LogLevel")).Append(logging.GetSection("LogLevel")))
        {
            foreach (var level in levels.GetChildren())
                if (level.Value is { Length: > 0 } text && !Enum.TryParse<LogLevel>(text, ignoreCase: true, out _))
                    faults.Add($"{Name(level.Path)} must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }

        if (logging["Console:FormatterName"] is { Length: > 0 } formatter && !Formatters.Contains(formatter, StringComparer.OrdinalIgnoreCase))
            faults.Add($"Logging__Console__FormatterName must be one of {string.Join(", ", Formatters)}.");
        if (configuration[Forwarded] is { Length: > 0 } forwarded && !bool.TryParse(forwarded, out _))
            faults.Add($"ASPNETCORE_{Forwarded} must be true or false.");
        if (faults.Count > 0)
            throw new OptionsValidationException("Logging", typeof(LoggerFilterOptions), faults);
    }

    private static string Name(string path) => path.Replace(":", "__", StringComparison.Ordinal);
}
