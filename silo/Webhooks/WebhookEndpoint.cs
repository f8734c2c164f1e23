using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>
/// The way to one address: so many requests at once and no more, and peace for whoever does not answer: after some failures nothing
/// is sent for a while, then one request looks whether it is back. The while grows up to a minute.
/// </summary>
internal sealed partial class WebhookLine : IDisposable
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
    private bool _saidDown;

    internal WebhookLine(
        WebhookClient client, string setting, Uri? url, int atOnce, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        (_client, _url, _timeout, _time, _logger) = (client, url, timeout, time, logger);
        _turns = new SemaphoreSlim(atOnce);
        _pipeline = Build(setting);
    }

    /// <summary>The address is being left in peace.</summary>
    internal bool IsDown => _state.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>
    /// Posts once, when it is its turn. With <paramref name="waitCounts"/> the time that a request has is spent by waiting for its turn too.
    /// Throws nothing.
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
                // Opened again by each look that finds nobody: the same news.
                if (!Interlocked.Exchange(ref _saidDown, true))
                    LogDown(setting);
                return ValueTask.CompletedTask;
            },
            OnClosed = _ =>
            {
                _saidDown = false;
                LogUp(setting);
                return ValueTask.CompletedTask;
            },
        });
        return builder.Build();
    }

    /// <summary>Whoever answers that it is busy, or that it does not want this one, is there.</summary>
    private static bool IsNoAnswer(WebhookResponse response) => response.Status is not { } status || (int)status >= 500;

    private static TimeSpan Break(int attempts)
    {
        var longest = FirstBreak * Math.Pow(2, Math.Min(attempts, 10));
        return longest < LongestBreak ? longest : LongestBreak;
    }

    [LoggerMessage(4100, LogLevel.Error,
        "The app's back end does not answer ({Setting}): it is asked again now and then", EventName = "WebhooksDown")]
    private partial void LogDown(string setting);

    [LoggerMessage(4101, LogLevel.Warning, "The app's back end answers again ({Setting})", EventName = "WebhooksUp")]
    private partial void LogUp(string setting);
}
