using System.Net;
using Lib.Net.Http.WebPush;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>What the answers of push services call for (RFC 8030, RFC 8292).</summary>
internal static class WebPushAnswers
{
    /// <summary>
    /// Reads an answer that refuses. None of them is about our credentials as a whole: anybody can subscribe with a push service of
    /// their own, which must not keep pushes from others.
    /// </summary>
    internal static ProviderAnswer Read(PushServiceClientException refusal) => refusal.StatusCode switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ProviderAnswer.Gone("unsubscribed"),
        // Subscribed with another VAPID key, or our clock is hours off: the client renews the one, an operator mends the other.
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderAnswer.Refused("vapid_refused"),
        HttpStatusCode.RequestEntityTooLarge => ProviderAnswer.Refused("payload_too_large"),
        HttpStatusCode.TooManyRequests => ProviderAnswer.Later("too_many_requests", RetryAfter(refusal)),
        HttpStatusCode.RequestTimeout => ProviderAnswer.Later("unavailable", RetryAfter(refusal)),
        >= HttpStatusCode.InternalServerError => ProviderAnswer.Later("unavailable", RetryAfter(refusal)),
        _ => ProviderAnswer.Refused("refused"),
    };

    /// <summary>Reads a request that got no answer.</summary>
    internal static ProviderAnswer Read(HttpRequestException failure) => failure switch
    {
        { InnerException: NotPublicException } => ProviderAnswer.Refused("endpoint_not_public"),
        // Without a connection nothing was sent.
        { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            ProviderAnswer.Later("unreachable"),
        _ => ProviderAnswer.Doubt("connection_lost"),
    };

    private static TimeSpan? RetryAfter(PushServiceClientException refusal) => refusal.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when refusal.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
