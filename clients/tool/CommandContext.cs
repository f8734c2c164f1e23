using System.CommandLine;

namespace OrleansCalls.Tool;

/// <summary>A command's context: arguments, output, settings, and service.</summary>
internal sealed class CommandContext : IDisposable
{
    private const string StandardUrl = "http://localhost:5080";

    private readonly TokenSource _tokens;

    private CommandContext(ParseResult parsed, Output output, Settings settings, IReadOnlyList<Uri> urls, TimeSpan timeout)
    {
        (Parsed, Output, Settings, Urls, Timeout) = (parsed, output, settings, urls, timeout);
        Service = new Service(urls.Count > 0 ? urls[0] : new Uri(StandardUrl), timeout);
        _tokens = new TokenSource(
            Service, settings, parsed.GetValue(CommandLine.Token) ?? Environment.GetEnvironmentVariable("ORLEANSCALLS_TOKEN"));
    }

    internal ParseResult Parsed { get; }

    internal Output Output { get; }

    internal Settings Settings { get; }

    /// <summary>The addresses that are named; none for the standard one.</summary>
    internal IReadOnlyList<Uri> Urls { get; }

    /// <summary>The timeout of each request or check.</summary>
    internal TimeSpan Timeout { get; }

    internal Service Service { get; }

    /// <exception cref="ToolException">An option is wrong.</exception>
    internal static CommandContext Of(ParseResult parsed, Output output)
    {
        var settings = Settings.Read(parsed.GetValue(CommandLine.EnvFile), parsed.GetValue(CommandLine.Set) ?? []);
        string[] named = parsed.GetValue(CommandLine.Urls) is { Length: > 0 } given
            ? given
            : [Environment.GetEnvironmentVariable("ORLEANSCALLS_URL") ?? ""];
        List<Uri> urls = [.. named.Where(url => !string.IsNullOrWhiteSpace(url)).Select(url => Tool.Service.Address(url)
            ?? throw new ToolException(ExitCodes.Undone, $"--url {url} is not an http or https address."))];
        return new CommandContext(parsed, output, settings, urls, TimeSpan.FromSeconds(parsed.GetValue(CommandLine.Timeout)));
    }

    /// <summary>A token for a user, or for an operator.</summary>
    internal async Task<string> TokenFor(
        string userId, string? deviceId, CancellationToken cancellation, params string[] roles) =>
        (await _tokens.Get(userId, null, deviceId, roles, TokenSource.CommandLife, cancellation)).Token;

    /// <inheritdoc cref="TokenSource.Get"/>
    internal Task<(string Token, DateTimeOffset? ExpiresAt)> MakeToken(
        string userId, string? name, string? deviceId, string[] roles, TimeSpan life, CancellationToken cancellation) =>
        _tokens.Get(userId, name, deviceId, roles, life, cancellation);

    /// <inheritdoc/>
    public void Dispose() => Service.Dispose();
}
