using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo;

/// <summary>How the programs start and end.</summary>
public static partial class HostStart
{
    /// <summary>
    /// Builds and runs a host until it is told to stop. What keeps it from starting is one sentence on standard error for each fault.
    /// Returns the exit code.
    /// </summary>
    public static async Task<int> Run(Func<IHost> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        IHost? host = null;
        var started = false;
        var stopping = CancellationToken.None;
        try
        {
            host = build();
            stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            await host.StartAsync();
            started = true;
            await host.WaitForShutdownAsync();
            return Environment.ExitCode;
        }
        catch (Exception e) when (!started && (stopping.IsCancellationRequested || e is OperationCanceledException))
        {
            // Told to stop while it was starting, as when a database does not answer; what it was doing then does not always say so.
            return Environment.ExitCode;
        }
        catch (Exception e) when (!started)
        {
            if (host?.Services.GetService<ILoggerFactory>() is { } logging)
                CannotStart(logging.CreateLogger(typeof(HostStart)), e);
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, Sentences(e)));
            return 1;
        }
        finally
        {
            if (host is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            else
                host?.Dispose();
        }
    }

    /// <summary>Returns what a check of settings throws, one sentence for each fault.</summary>
    public static IReadOnlyList<string> Faults(Action check)
    {
        ArgumentNullException.ThrowIfNull(check);
        try
        {
            check();
            return [];
        }
        catch (Exception e)
        {
            return [.. Sentences(e)];
        }
    }

    // Several at once when several settings are wrong; each has its own sentence.
    private static IEnumerable<string> Sentences(Exception exception) => exception switch
    {
        SettingException wrong => wrong.Sentences,
        AggregateException many => many.InnerExceptions.SelectMany(Sentences),
        _ => [Sentence(exception)],
    };

    private static string Sentence(Exception cause) => cause switch
    {
        // A text where a number should be.
        InvalidOperationException when Conversion().Match(cause.Message) is { Success: true } match =>
            $"{match.Groups["path"].Value.Replace(":", "__", StringComparison.Ordinal)} cannot be '{match.Groups["value"].Value}': {Kind(match.Groups["type"].Value)}.",
        IOException { InnerException: AddressInUseException } => $"ASPNETCORE_URLS: {OneLine(cause.Message)}",
        _ => $"Cannot start: {OneLine(cause.Message)}",
    };

    private static string Kind(string type) => type switch
    {
        "System.TimeSpan" => "it must be a time such as 00:01:00",
        "System.Boolean" => "it must be true or false",
        _ => "it must be a whole number",
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<path>.*)' to type '(?<type>.*)'")]
    private static partial Regex Conversion();

    [LoggerMessage(5900, LogLevel.Debug, "The program cannot start", EventName = "CannotStart")]
    private static partial void CannotStart(ILogger logger, Exception exception);
}
