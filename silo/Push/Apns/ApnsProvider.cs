using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push.Apns;

/// <summary>
/// PushKit VoIP pushes over APNs' HTTP/2 API
/// (developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns). Every one must ring, or iOS
/// stops delivering them, so only rings are sent. Built on <see cref="HttpClient"/>, since no maintained library does more.
/// </summary>
internal sealed class ApnsProvider : IPushProvider, IDisposable
{
    private readonly HttpClient _http;
    private readonly ApnsToken _token;
    private readonly string _topic;
    private readonly TimeProvider _time;

    public ApnsProvider(ApnsOptions apns, PushOptions options, TimeProvider time)
    {
        _time = time;
        _topic = $"{apns.BundleId}.voip";
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(apns.KeyFile));
        _token = new ApnsToken(key, apns.KeyId, apns.TeamId, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = options.AttemptTimeout,
            // Apple expects one persistent connection and treats many as a denial of service.
            EnableMultipleHttp2Connections = false,
            KeepAlivePingDelay = TimeSpan.FromMinutes(1),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromHours(1),
        })
        {
            BaseAddress = apns.Endpoint,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public PushProvider Provider => PushProvider.ApnsVoip;

    /// <inheritdoc/>
    public async Task<ProviderAnswer> Send(PushMessage message, CancellationToken wanted, CancellationToken late)
    {
        if (message.Type != PushType.CallIncoming)
            return ProviderAnswer.Refused("not_a_ring");
        wanted.ThrowIfCancellationRequested();
        // Nothing follows a PushKit push, so that a pending one may be cancelled when it is not needed any more.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wanted, late);
        try
        {
            var token = _token.Get();
            var (answer, reason) = await Post(message, token, either.Token);
            // The clocks differ, or the token expired while queued: retry once with a new one.
            return reason == "ExpiredProviderToken" && _token.Renew(token)
                ? (await Post(message, _token.Get(), either.Token)).Answer
                : answer;
        }
        catch (OperationCanceledException)
        {
            return wanted.IsCancellationRequested ? ProviderAnswer.TakenBack : ProviderAnswer.Uncertain("timeout");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _token.Dispose();
    }

    private async Task<(ProviderAnswer Answer, string? Reason)> Post(
        PushMessage message, string token, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/3/device/{Uri.EscapeDataString(message.Token)}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = JsonContent.Create(Body(message)),
        };
        request.Headers.TryAddWithoutValidation("authorization", $"bearer {token}");
        request.Headers.TryAddWithoutValidation("apns-topic", _topic);
        request.Headers.TryAddWithoutValidation("apns-push-type", "voip");
        request.Headers.TryAddWithoutValidation("apns-priority", "10");
        request.Headers.TryAddWithoutValidation(
            "apns-expiration", message.RingUntil.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("apns-id", Guid.NewGuid().ToString("D"));
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
                return (ProviderAnswer.Accepted, null);
            var (reason, timestamp) = await Reason(response, cancellation);
            return (ApnsAnswers.Read(response, reason, timestamp, message.TokenSetAt), reason);
        }
        catch (HttpRequestException exception)
        {
            // Without a connection nothing was sent.
            return (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                ? ProviderAnswer.Later("unreachable")
                : ProviderAnswer.Uncertain("connection_lost"), null);
        }
    }

    private Dictionary<string, object> Body(PushMessage message)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["aps"] = new Dictionary<string, object>() };
        foreach (var (key, value) in PushPayload.Data(message, _time.GetUtcNow()))
            body[key] = value;
        return body;
    }

    private static async Task<(string? Reason, DateTimeOffset? Timestamp)> Reason(
        HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            return (
                body.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
                body.TryGetProperty("timestamp", out var at) && at.TryGetInt64(out var ms)
                    ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
                    : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return (null, null);
        }
    }
}
