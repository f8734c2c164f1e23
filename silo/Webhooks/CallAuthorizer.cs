using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>
/// Asks the app's back end over HTTP whether users may be called, with a timeout of one second; then a setting decides.
/// </summary>
internal sealed partial class CallAuthorizer : ICallAuthorizer, IDisposable
{
    private const int AtOnce = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly WebhookMetrics _metrics;
    private readonly ILogger _logger;
    private readonly WebhookEndpoint _endpoint;
    private readonly bool _allowOnFailure;

    public CallAuthorizer(
        WebhookClient client, WebhookOptions options, WebhookMetrics metrics, TimeProvider time, ILogger<CallAuthorizer> logger)
    {
        (_time, _metrics, _logger) = (time, metrics, logger);
        _endpoint = new WebhookEndpoint(client, "Webhooks__AuthorizeUrl", options.AuthorizeUrl, AtOnce, Patience, time, logger);
        Asks = options.AuthorizeUrl is not null;
        _allowOnFailure = options.AllowsOnFailure;
    }

    /// <inheritdoc/>
    public bool Asks { get; }

    /// <summary>Whether the back end is down.</summary>
    internal bool IsDown => _endpoint.IsDown;

    /// <inheritdoc/>
    public async Task<CallError?> Ask(CallQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var call = question.Call;
        var body = new WebhookBody
        {
            Id = $"{call.CallId}:{call.Seq}:{WebhookTypes.Authorize}",
            Type = WebhookTypes.Authorize,
            CreatedAt = _time.GetUtcNow(),
            UserId = question.UserId,
            CalleeIds = question.CalleeIds,
            Call = call,
        };
        // The caller waits at most one second, including the wait for a free slot.
        var response = await _endpoint.Send(body, waitCounts: true);
        var answer = response.Status == HttpStatusCode.OK ? Parse(response.Body!) : null;
        _metrics.Result(
            WebhookTypes.Authorize, answer?.Allow switch { true => "allowed", false => "refused", null => "failed" });
        if (answer?.Allow is { } allow)
            return allow ? null : Refusal(answer.Reason);
        LogNoAnswer(
            call.CallId, response.IsSuccess ? "no_answer_to_it" : response.Error, _allowOnFailure ? "allowed" : "refused");
        return _allowOnFailure ? null : new CallError
        {
            Code = CallErrorCode.Unavailable,
            Detail = "The app's back end does not say whether this call is allowed.",
            RetryAfter = Patience,
        };
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> AskPresence(string readerId, ImmutableArray<string> userIds)
    {
        var body = new WebhookBody
        {
            Id = $"{Guid.CreateVersion7(_time.GetUtcNow()):N}:{WebhookTypes.Presence}",
            Type = WebhookTypes.Presence,
            CreatedAt = _time.GetUtcNow(),
            UserId = readerId,
            UserIds = userIds,
        };
        var response = await _endpoint.Send(body, waitCounts: true);
        var visible = response.Status == HttpStatusCode.OK ? Parse(response.Body!)?.UserIds : null;
        _metrics.Result(WebhookTypes.Presence, visible is null ? "failed" : "answered");
        if (visible is not null)
            return [.. visible];
        LogNoPresence(response.IsSuccess ? "no_answer_to_it" : response.Error, _allowOnFailure ? "shown" : "hidden");
        return _allowOnFailure ? userIds : [];
    }

    public void Dispose() => _endpoint.Dispose();

    private static CallError Refusal(string? reason)
    {
        var text = new string([.. (reason ?? "").Where(c => !char.IsControl(c))]).Trim();
        if (text.Length > CallLimits.ReasonText)
            text =
                text[..(char.IsHighSurrogate(text[CallLimits.ReasonText - 1])
                    ? CallLimits.ReasonText - 1
                    : CallLimits.ReasonText)];
        return new CallError
        {
            Code = CallErrorCode.Forbidden, Detail = text.Length > 0 ? text : "The app does not allow this call.",
        };
    }

    private static WebhookAnswer? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, WebhookJson.Default.WebhookAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(
        4111, LogLevel.Warning, "The app's back end did not authorize a presence request ({Error}); {Outcome}",
        EventName = "AuthorizePresenceFailed")]
    private partial void LogNoPresence(string error, string outcome);

    [LoggerMessage(4110, LogLevel.Warning,
        "Call {CallId} not authorized by the app's back end ({Error}); {Outcome}",
        EventName = "AuthorizeFailed")]
    private partial void LogNoAnswer(string callId, string error, string outcome);
}
