using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo;

/// <summary>How the programs start and end.</summary>
public static class HostStart
{
    /// <summary>
    /// Builds and runs a host until it is told to stop. What keeps it from starting is said in one sentence on standard error.
    /// The result is the exit code.
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
            await Console.Error.WriteLineAsync(Sentence(e));
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

    private static string Sentence(Exception exception)
    {
        // Several at once when several settings are wrong; each has its own sentence.
        var cause = exception is AggregateException { InnerExceptions: [var single] } ? single : exception;
        return cause switch
        {
            OptionsValidationException wrong => string.Join(Environment.NewLine, wrong.Failures),
            AggregateException many => string.Join(Environment.NewLine, many.InnerExceptions.Select(Sentence)),
            _ => $"Cannot start: {cause.Message.ReplaceLineEndings(" ")}",
        };
    }
}
