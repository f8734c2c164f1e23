namespace OrleansCalls.Tool;

/// <summary>
/// The service's settings as it would read them: environment variables, a file of them, and those of the command line.
/// </summary>
internal sealed class Settings
{
    private Settings(IConfiguration configuration, string[] arguments) => (Configuration, Arguments) = (configuration, arguments);

    /// <summary>All settings.</summary>
    internal IConfiguration Configuration { get; }

    /// <summary>Those of the command line, in the service's format.</summary>
    internal string[] Arguments { get; }

    /// <summary>Reads the settings.</summary>
    /// <param name="file">Lines of <c>NAME=value</c> as in docker/.env; null for none. The environment takes precedence.</param>
    /// <param name="named">Settings as <c>Section:Name=value</c> or <c>Section__Name=value</c>.</param>
    /// <exception cref="ToolException">The file cannot be read, or a setting is malformed.</exception>
    internal static Settings Read(string? file, IReadOnlyList<string> named)
    {
        foreach (var (name, value) in file is null ? [] : Lines(file))
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
                Environment.SetEnvironmentVariable(name, value);
        // Of a repeated setting the last one counts, as in the service.
        var pairs = named.Select(Pair).GroupBy(pair => pair.Name, StringComparer.OrdinalIgnoreCase)
            .Select(same => same.Last()).ToList();
        return new Settings(
            new ConfigurationBuilder()
                .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables()
                .AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build(),
            [.. pairs.Select(pair => $"--{pair.Name}={pair.Value}")]);
    }

    private static (string Name, string Value) Pair(string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? (name.Replace("__", ":", StringComparison.Ordinal), value)
        : throw new ToolException(ExitCodes.Undone, $"--set {text} is not of the form Section:Name=value.");

    private static IEnumerable<(string Name, string Value)> Lines(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException(ExitCodes.Undone, $"--env-file {file} cannot be read: {e.Message}", e);
        }

        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.Split('=', 2) is not [{ Length: > 0 } name, var value])
                throw new ToolException(ExitCodes.Undone, $"--env-file {file} has a line that is not NAME=value.");
            value = value.Trim();
            yield return (name.Trim(), value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value);
        }
    }
}
