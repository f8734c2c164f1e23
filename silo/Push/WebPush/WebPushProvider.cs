using System.Security.Cryptography;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;
using PushMessage = OrleansCalls.Push.PushMessage;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>Web Push (RFC 8030, 8291, 8292) to a browser's push service: encrypted and signed with the VAPID key.</summary>
internal sealed class WebPushProvider : IPushProvider, IDisposable
{
    private readonly VapidAuthentication _vapid;
    private readonly HttpClient _http;
    private readonly PushServiceClient _client;
    private readonly PushServices _services;
    private readonly TimeProvider _time;

    public WebPushProvider(WebPushOptions settings, PushOptions options, PushServices services, TimeProvider time)
    {
        (_services, _time) = (services, time);
        _vapid = new VapidAuthentication(settings.PublicKey, settings.PrivateKey)
        {
            Subject = settings.Subject, TokenCache = new VapidTokens(time),
        };
        _http = new HttpClient(
            new WebPushTransport(services, _vapid, options.AttemptTimeout)) { Timeout = Timeout.InfiniteTimeSpan };
        // PushRoute retries.
        _client = new PushServiceClient(_http) { DefaultAuthentication = _vapid, AutoRetryAfter = false };
    }

    /// <inheritdoc/>
    public PushProvider Provider => PushProvider.WebPush;

    /// <inheritdoc/>
    public string Service(string token) =>
        WebPushSubscription.TryRead(token, out var subscription, out _) ? PushServices.OriginOf(subscription.Endpoint) : "";

    /// <inheritdoc/>
    public async Task<ProviderAnswer> Send(PushMessage message, CancellationToken wanted, CancellationToken late)
    {
        // Tokens stored by versions that did not validate them.
        if (!WebPushSubscription.TryRead(message.Token, out var subscription, out _))
            return ProviderAnswer.Gone("invalid_token");
        if (_services.Fault(subscription.Endpoint) is not null)
            return ProviderAnswer.Refused("endpoint_not_public");
        wanted.ThrowIfCancellationRequested();
        var to = new PushSubscription { Endpoint = subscription.Endpoint.AbsoluteUri };
        to.SetKey(PushEncryptionKeyName.P256DH, subscription.P256dh);
        to.SetKey(PushEncryptionKeyName.Auth, subscription.Auth);
        try
        {
            // Not cancelled when the call ends: the cancel push that follows must not overtake it.
            await _client.RequestPushMessageDeliveryAsync(to, WebPushMessage.Of(message, _time.GetUtcNow()), late);
            return ProviderAnswer.Accepted;
        }
        catch (OperationCanceledException)
        {
            return ProviderAnswer.Uncertain("timeout");
        }
        catch (PushServiceClientException refusal)
        {
            return WebPushAnswers.Read(refusal);
        }
        catch (HttpRequestException failure)
        {
            return WebPushAnswers.Read(failure);
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or InvalidOperationException or CryptographicException)
        {
            // The library rejected the subscription.
            return ProviderAnswer.Refused("refused");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _vapid.Dispose();
    }
}
