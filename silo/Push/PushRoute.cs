using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OrleansCalls.Push;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace OrleansCalls.Silo.Push;

/// <summary>
/// Sends pushes to one provider: retries transient failures while there is time, pauses a provider that is down (circuit
/// breaker) or rejects the credentials, and reports the outcome.
/// </summary>
internal sealed partial class PushRoute
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // The longest time a push that does not ring is retried, even if its provider would keep it for longer.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CredentialsPause = TimeSpan.FromSeconds(60);
    private static readonly ResiliencePropertyKey<DateTimeOffset> Until = new("until");

    private readonly IPushProvider _provider;
    private readonly string _name;
    private readonly TimeSpan _attemptTimeout;
    private readonly TimeProvider _time;
    private readonly PushMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ResiliencePipeline<ProviderAnswer> _pipeline;
    private DateTimeOffset _refusedUntil;

    internal PushRoute(
        IPushProvider provider, TimeSpan attemptTimeout, TimeProvider time, PushMetrics metrics,
        ILogger<PushRoute> logger, string service = "")
    {
        _name = $"{provider.Provider} {service}".TrimEnd();
        (_provider, _time, _metrics, _logger) = (provider, time, metrics, logger);
        _attemptTimeout = attemptTimeout;
        _pipeline = Build();
    }

    internal PushProvider Provider => _provider.Provider;

    /// <summary>The current state of the provider.</summary>
    internal PushState State => _time.GetUtcNow() < _refusedUntil ? PushState.CredentialsRefused
        : _breaker.CircuitState is CircuitState.Open or CircuitState.Isolated ? PushState.Down
        : PushState.Up;

    /// <summary>Sends until the push is accepted, rejected, or out of time.</summary>
    internal async Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var result = await Try(message, cancellation);
        _metrics.Sent(message.Provider, message.Type, result.Error, _time.GetElapsedTime(started));
        return result;
    }

    private async Task<PushResult> Try(PushMessage message, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (now < _refusedUntil)
            return new PushResult { Error = "credentials_refused" };
        var attempts = new Attempts(message, now);
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(Until, now + (message.TimeToLive < Window ? message.TimeToLive : Window));
        try
        {
            var answer = await _pipeline.ExecuteAsync(
                static (context, of) => of.Route.Attempt(of.Attempts, context.CancellationToken),
                context, (Route: this, Attempts: attempts));
            if (answer.Kind == AnswerKind.CredentialsRefused)
                Pause(answer.Error!);
            return new PushResult
            {
                Error = answer.Error,
                TokenUnregistered = answer.Kind == AnswerKind.TokenGone,
                InDoubt = answer.Kind != AnswerKind.Accepted && attempts.InDoubt,
            };
        }
        catch (BrokenCircuitException)
        {
            return new PushResult { Error = "provider_down", InDoubt = attempts.InDoubt };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new PushResult { Error = attempts.LastError ?? "given_up", InDoubt = attempts.InDoubt };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>
    /// Sends one request. A timeout is a result instead of an exception, so that it counts as a failure of the provider.
    /// </summary>
    private async ValueTask<ProviderAnswer> Attempt(Attempts attempts, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(_attemptTimeout, _time);
        using var span = attempts.Trace(Provider);
        ProviderAnswer answer;
        try
        {
            answer = await _provider.Send(attempts.Next(_time.GetUtcNow()), cancellation, late.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            answer = ProviderAnswer.Later("timeout");
        }
        catch (SocketException)
        {
            // HttpClient throws it as it is when the other side resets a connection that has just been made: nothing was sent.
            answer = ProviderAnswer.Later("unreachable");
        }

        attempts.InDoubt |= answer.InDoubt;
        attempts.LastError = answer.Error;
        span.Outcome(answer.Error ?? "accepted", failed: answer.Error is not null);
        return answer;
    }

    private ResiliencePipeline<ProviderAnswer> Build()
    {
        var builder = new ResiliencePipelineBuilder<ProviderAnswer> { TimeProvider = _time };
        builder.AddRetry(new RetryStrategyOptions<ProviderAnswer>
        {
            MaxRetryAttempts = int.MaxValue,
            Delay = FirstWait,
            MaxDelay = LongestWait,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = args => ValueTask.FromResult(
                (args.Outcome.Exception is BrokenCircuitException || args.Outcome.Result?.Kind == AnswerKind.TryAgain)
                && IsInTime(args.Context, args.Outcome.Result?.RetryAfter ?? TimeSpan.Zero)),
            DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.RetryAfter),
        });
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<ProviderAnswer>
        {
            FailureRatio = 0.9,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(5),
            StateProvider = _breaker,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result?.Kind == AnswerKind.TryAgain),
            OnOpened = _ =>
            {
                LogDown(_name);
                return ValueTask.CompletedTask;
            },
            OnClosed = _ =>
            {
                LogUp(_name);
                return ValueTask.CompletedTask;
            },
        });
        return builder.Build();
    }

    /// <summary>The state of a push across its attempts.</summary>
    private sealed class Attempts(PushMessage message, DateTimeOffset begun)
    {
        internal bool InDoubt { get; set; }

        internal string? LastError { get; set; }

        internal Activity? Trace(PushProvider provider) =>
            CallTrace.Start("push.attempt", message.CallId, message.UserId)?.SetTag("provider", EnumNames.Snake(provider));

        /// <summary>Returns the push with its TTL reduced by the time spent waiting.</summary>
        internal PushMessage Next(DateTimeOffset now) => message with { TimeToLive = message.TimeToLive - (now - begun) };
    }

    private bool IsInTime(ResilienceContext context, TimeSpan wait) =>
        context.Properties.TryGetValue(Until, out var until) && _time.GetUtcNow() + wait < until;

    private void Pause(string error)
    {
        _refusedUntil = _time.GetUtcNow() + CredentialsPause;
        LogCredentials(_name, error, CredentialsPause.TotalSeconds);
    }

    [LoggerMessage(4020, LogLevel.Error,
        "{Provider} rejected the credentials ({Error}); pushes through it paused for {Seconds} s",
        EventName = "PushCredentialsRefused")]
    private partial void LogCredentials(string provider, string error, double seconds);

    [LoggerMessage(4021, LogLevel.Error, "{Provider} is down; circuit breaker open", EventName = "PushProviderDown")]
    private partial void LogDown(string provider);

    [LoggerMessage(4022, LogLevel.Warning, "{Provider} is up again; circuit breaker closed", EventName = "PushProviderUp")]
    private partial void LogUp(string provider);
}

/// <summary>The state of a provider.</summary>
internal enum PushState
{
    /// <summary>Not configured.</summary>
    Off = 0,

    /// <summary>Available, as far as is known.</summary>
    Up = 1,

    /// <summary>Not responding, or only with errors.</summary>
    Down = 2,

    /// <summary>Rejects the credentials.</summary>
    CredentialsRefused = 3,
}
