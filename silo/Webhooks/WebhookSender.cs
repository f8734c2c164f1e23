using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Sends events over HTTP, and maps the responses.</summary>
internal sealed class WebhookSender : IWebhookSender, IDisposable
{
    private const int AtOnce = 32;

    // A receiver may request a back-off of at most an hour, in case of a wrong date.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly WebhookEndpoint _endpoint;
    private readonly FrozenSet<string> _wanted;
    private long _pausedUntil;

    public WebhookSender(WebhookClient client, WebhookOptions options, TimeProvider time, ILogger<WebhookSender> logger)
    {
        _time = time;
        _endpoint = new WebhookEndpoint(client, "Webhooks__Url", options.Url, AtOnce, options.Timeout, time, logger);
        _wanted = options.Url is null ? [] : options.EventNames.ToFrozenSet();
        GiveUpAfter = options.GiveUpAfter;
    }

    /// <inheritdoc/>
    public TimeSpan GiveUpAfter { get; }

    /// <summary>Whether the receiver is down.</summary>
    internal bool IsDown => _endpoint.IsDown;

    /// <inheritdoc/>
    public bool Wants(string type) => _wanted.Contains(type);

    /// <inheritdoc/>
    public async Task<WebhookResult> Send(WebhookEvent what)
    {
        ArgumentNullException.ThrowIfNull(what);
        var pause = new DateTimeOffset(Interlocked.Read(ref _pausedUntil), TimeSpan.Zero) - _time.GetUtcNow();
        if (pause > TimeSpan.Zero)
            return new WebhookResult(WebhookOutcome.TryAgain, "receiver_busy", pause);
        var body = new WebhookBody
        {
            Id = what.Id, Type = what.Type, CreatedAt = what.CreatedAt, UserId = what.UserId, Call = what.Call,
        };
        var response = await _endpoint.Send(body, waitCounts: false);
        if (response.IsSuccess)
            return WebhookResult.Delivered;
        if (!MayPass(response))
            return new WebhookResult(WebhookOutcome.Refused, response.Error);
        if (response.RetryAfter is not { } asked || asked <= TimeSpan.Zero)
            return new WebhookResult(WebhookOutcome.TryAgain, response.Error);
        asked = asked < LongestPause ? asked : LongestPause;
        // The requested back-off applies to the events of all calls.
        if (response.Status is not null)
            Interlocked.Exchange(ref _pausedUntil, (_time.GetUtcNow() + asked).UtcTicks);
        return new WebhookResult(WebhookOutcome.TryAgain, response.Error, asked);
    }

    public void Dispose() => _endpoint.Dispose();

    /// <summary>
    /// Returns true if a retry may succeed. A 4xx would repeat, except four of them; a redirect is not followed, but may be
    /// temporary.
    /// </summary>
    private static bool MayPass(WebhookResponse response) =>
        response.Status is not { } status || (int)status is < 400 or >= 500 or 408 or 409 or 425 or 429;
}
