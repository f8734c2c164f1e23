using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>Posts signed bodies, with one HTTP client for the whole silo.</summary>
internal sealed class WebhookClient : IDisposable
{
    private const int LongestAnswer = 16 * 1024;

    private readonly TimeProvider _time;
    private readonly WebhookMetrics _metrics;
    private readonly WebhookSignature _signature;
    private readonly HttpClient _http;

    public WebhookClient(WebhookOptions options, WebhookMetrics metrics, TimeProvider time)
    {
        (_time, _metrics) = (time, metrics);
        _signature = new WebhookSignature(options);
        // A redirect would send the signature to another receiver. Connections have a limited lifetime, so that a changed DNS
        // entry takes effect.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        // Timeouts use this service's clock.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("OrleansCalls", "1"));
    }

    /// <summary>Posts one request. Does not throw.</summary>
    internal async Task<WebhookResponse> Post(Uri? url, WebhookBody body, TimeSpan timeout)
    {
        var started = _time.GetTimestamp();
        using var late = new CancellationTokenSource(timeout, _time);
        try
        {
            return await Post(url, body, late.Token);
        }
        catch (OperationCanceledException)
        {
            return new WebhookResponse(null, "timeout");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return new WebhookResponse(null, "unreachable");
        }
        finally
        {
            _metrics.Took(body.Type, _time.GetElapsedTime(started));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<WebhookResponse> Post(Uri? url, WebhookBody body, CancellationToken cancellation)
    {
        var bytes = WebhookJson.Write(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        _signature.Sign(request, body.Id, _time.GetUtcNow(), bytes);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var answer = body.Type is WebhookTypes.Authorize or WebhookTypes.Presence ? await Read(response, cancellation) : [];
        return new WebhookResponse(response.StatusCode, null, RetryAfter(response), answer);
    }

    /// <summary>Returns the body of an authorization response; empty when it is too long.</summary>
    private static async Task<byte[]> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellation);
        }
        catch (HttpRequestException)
        {
            return [];
        }

        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };
}

/// <summary>The response to a request.</summary>
/// <param name="Status">The status; null without a response.</param>
/// <param name="Fault">Why there is no response, a code in lower snake case.</param>
/// <param name="RetryAfter">The back-off requested by the receiver.</param>
/// <param name="Body">The body of an authorization response.</param>
internal sealed record WebhookResponse(HttpStatusCode? Status, string? Fault, TimeSpan? RetryAfter = null, byte[]? Body = null)
{
    internal bool IsSuccess => Status is { } status && (int)status is >= 200 and < 300;

    /// <summary>The error code in timelines and logs.</summary>
    internal string Error => Fault ?? $"http_{(int)Status!.Value}";
}
