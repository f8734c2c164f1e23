using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Events over HTTP: what an answer means for an event is said here.</summary>
internal sealed class WebhookSender : IWebhookSender, IDisposable
{
    private const int AtOnce = 32;

    // A receiver may ask for peace, but not for ever: whoever types a wrong date gets events again after an hour.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly WebhookLine _line;
    private readonly FrozenSet<string> _wanted;
    private long _pausedUntil;

    public WebhookSender(WebhookClient client, WebhookOptions options, TimeProvider time, ILogger<WebhookSender> logger)
    {
        _time = time;
        _line = new WebhookLine(client, "Webhooks__Url", options.Url, AtOnce, options.Timeout, time, logger);
        _wanted = options.Url is null ? [] : options.EventNames.ToFrozenSet();
        GiveUpAfter = options.GiveUpAfter;
    }

    /// <inheritdoc/>
    public TimeSpan GiveUpAfter { get; }

    /// <summary>The receiver does not answer.</summary>
    internal bool IsDown => _line.IsDown;

    /// <inheritdoc/>
    public bool Wants(string type) => _wanted.Contains(type);

    /// <inheritdoc/>
    public async Task<WebhookResult> Send(WebhookEvent what)
    {
        ArgumentNullException.ThrowIfNull(what);
        var pause = new DateTimeOffset(Interlocked.Read(ref _pausedUntil), TimeSpan.Zero) - _time.GetUtcNow();
        if (pause > TimeSpan.Zero)
            return new WebhookResult(WebhookOutcome.TryAgain, "receiver_busy", pause);
        var body = new WebhookBody { Id = what.Id, Type = what.Type, CreatedAt = what.CreatedAt, UserId = what.UserId, Call = what.Call };
        var response = await _line.Send(body, waitCounts: false);
        if (response.IsSuccess)
            return WebhookResult.Delivered;
        if (!MayPass(response))
            return new WebhookResult(WebhookOutcome.Refused, response.Error);
        if (response.RetryAfter is not { } asked || asked <= TimeSpan.Zero)
            return new WebhookResult(WebhookOutcome.TryAgain, response.Error);
        asked = asked < LongestPause ? asked : LongestPause;
        // What a receiver asks for holds for all calls, not just for the one that heard it.
        if (response.Status is not null)
            Interlocked.Exchange(ref _pausedUntil, (_time.GetUtcNow() + asked).UtcTicks);
        return new WebhookResult(WebhookOutcome.TryAgain, response.Error, asked);
    }

    public void Dispose() => _line.Dispose();

    /// <summary>
    /// Whether another time may bring another answer. A 4xx says that the request is wrong, and it will be the same; four of them say
    /// that the time is. A redirect is not followed, but somebody may be at work there.
    /// </summary>
    private static bool MayPass(WebhookResponse response) =>
        response.Status is not { } status || (int)status is < 400 or >= 500 or 408 or 409 or 425 or 429;
}
