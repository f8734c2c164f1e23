using System.Net;
using Lib.Net.Http.WebPush;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>Maps responses of push services (RFC 8030, RFC 8292).</summary>
internal static class WebPushAnswers
{
    /// <summary>
    /// Maps an error response. None is attributed to the credentials as a whole: users can subscribe with a push service of
    /// their own, which must not stop pushes to others.
    /// </summary>
    internal static ProviderAnswer Read(PushServiceClientException refusal) => refusal.StatusCode switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ProviderAnswer.Gone("unsubscribed"),
        // The client subscribed with another VAPID key and must renew, or this machine's clock is hours off.
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderAnswer.Refused("vapid_refused"),
        HttpStatusCode.RequestEntityTooLarge => ProviderAnswer.Refused("payload_too_large"),
        HttpStatusCode.TooManyRequests => ProviderAnswer.Later("too_many_requests", RetryAfter(refusal)),
        HttpStatusCode.RequestTimeout => ProviderAnswer.Later("unavailable", RetryAfter(refusal)),
        >= HttpStatusCode.InternalServerError => ProviderAnswer.Later("unavailable", RetryAfter(refusal)),
        _ => ProviderAnswer.Refused("refused"),
    };

    /// <summary>Maps a request without a response.</summary>
    internal static ProviderAnswer Read(HttpRequestException failure) => failure switch
    {
        { InnerException: NotPublicException } => ProviderAnswer.Refused("endpoint_not_public"),
        // Without a connection nothing was sent.
        { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError } =>
            ProviderAnswer.Later("unreachable"),
        _ => ProviderAnswer.Uncertain("connection_lost"),
    };

    private static TimeSpan? RetryAfter(PushServiceClientException refusal) => refusal.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when refusal.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
