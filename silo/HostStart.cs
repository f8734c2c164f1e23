using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo;

/// <summary>Starts and stops the programs.</summary>
public static partial class HostStart
{
    /// <summary>
    /// Builds and runs a host until it is stopped. Errors that prevent the start are printed to standard error, one sentence
    /// each. Returns the exit code.
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
            // The host was stopped during its start, for example while a database did not respond; the resulting exception
            // varies.
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

    /// <summary>Returns the errors of a settings check, one sentence each.</summary>
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

    // Several wrong settings are reported together, one sentence each.
    private static IEnumerable<string> Sentences(Exception exception) => exception switch
    {
        SettingException wrong => wrong.Sentences,
        AggregateException many => many.InnerExceptions.SelectMany(Sentences),
        _ => [Sentence(exception)],
    };

    private static string Sentence(Exception cause) => cause switch
    {
        // Text where a number is required.
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
