using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>
/// One receiver's URL, with a concurrency limit and a circuit breaker: after repeated failures requests are paused, then one
/// request probes the receiver. The pause grows up to a minute.
/// </summary>
internal sealed partial class WebhookEndpoint : IDisposable
{
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(60);

    private readonly WebhookClient _client;
    private readonly Uri? _url;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turns;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<WebhookResponse> _pipeline;
    private bool _loggedDown;

    internal WebhookEndpoint(
        WebhookClient client, string setting, Uri? url, int atOnce, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        (_client, _url, _timeout, _time, _logger) = (client, url, timeout, time, logger);
        _turns = new SemaphoreSlim(atOnce);
        _pipeline = Build(setting);
    }

    /// <summary>True while the circuit breaker is open.</summary>
    internal bool IsDown => _state.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>
    /// Posts one request when a slot is free. With <paramref name="waitCounts"/> the timeout includes the wait for the slot.
    /// Does not throw.
    /// </summary>
    internal async Task<WebhookResponse> Send(WebhookBody body, bool waitCounts)
    {
        using var late = new CancellationTokenSource(waitCounts ? _timeout : Timeout.InfiniteTimeSpan, _time);
        var started = _time.GetTimestamp();
        try
        {
            await _turns.WaitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            return new WebhookResponse(null, "timeout");
        }

        try
        {
            var left = waitCounts ? _timeout - _time.GetElapsedTime(started) : _timeout;
            return left <= TimeSpan.Zero
                ? new WebhookResponse(null, "timeout")
                : await _pipeline.ExecuteAsync(async _ => await _client.Post(_url, body, left), CancellationToken.None);
        }
        catch (BrokenCircuitException broken)
        {
            return new WebhookResponse(null, "receiver_down", broken.RetryAfter);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private ResiliencePipeline<WebhookResponse> Build(string setting)
    {
        var builder = new ResiliencePipelineBuilder<WebhookResponse> { TimeProvider = _time };
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<WebhookResponse>
        {
            FailureRatio = 0.9,
            MinimumThroughput = 5,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDurationGenerator = args => ValueTask.FromResult(Break(args.HalfOpenAttempts)),
            StateProvider = _state,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { } response && IsNoAnswer(response)),
            OnOpened = _ =>
            {
                // Reopened after a failed probe: already logged.
                if (!Interlocked.Exchange(ref _loggedDown, true))
                    LogDown(setting);
                return ValueTask.CompletedTask;
            },
            OnClosed = _ =>
            {
                _loggedDown = false;
                LogUp(setting);
                return ValueTask.CompletedTask;
            },
        });
        return builder.Build();
    }

    /// <summary>A receiver that responds with "busy" or rejects the event is available.</summary>
    private static bool IsNoAnswer(WebhookResponse response) => response.Status is not { } status || (int)status >= 500;

    private static TimeSpan Break(int attempts)
    {
        var longest = FirstBreak * Math.Pow(2, Math.Min(attempts, 10));
        return longest < LongestBreak ? longest : LongestBreak;
    }

    [LoggerMessage(4100, LogLevel.Error,
        "The app's back end ({Setting}) does not answer; circuit breaker open", EventName = "WebhooksDown")]
    private partial void LogDown(string setting);

    [LoggerMessage(
        4101, LogLevel.Warning, "The app's back end ({Setting}) answers again; circuit breaker closed", EventName = "WebhooksUp")]
    private partial void LogUp(string setting);
}
