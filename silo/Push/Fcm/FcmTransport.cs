using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Apis.Http;

namespace OrleansCalls.Silo.Push.Fcm;

/// <summary>
/// The HTTP layer below the Firebase SDK. The SDK retries 503 and lost connections with a back-off longer than a ring, and 401
/// four times with a new access token. Here failures become responses that the SDK treats as final, except a request's first
/// 401; <see cref="PushRoute"/> decides about retries.
/// </summary>
internal sealed class FcmTransport(Uri? endpoint, TimeSpan connectTimeout) : HttpClientFactory
{
    /// <inheritdoc/>
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => new OneTry(endpoint)
    {
        InnerHandler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
        },
    };

    private sealed class OneTry(Uri? endpoint) : DelegatingHandler
    {
        // The SDK sends the same request object again.
        private static readonly HttpRequestOptionsKey<bool> WasUnauthorized = new("WasUnauthorized");

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (endpoint is not null)
                request.RequestUri = new Uri(endpoint, request.RequestUri!.PathAndQuery);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    response.StatusCode = HttpStatusCode.InternalServerError;
                else if (response.StatusCode == HttpStatusCode.Unauthorized
                    && await IsFinal(request, response, cancellationToken))
                    response.StatusCode = HttpStatusCode.Forbidden;
                return response;
            }
            catch (Exception lost) when (lost is HttpRequestException or SocketException)
            {
                // Without a connection nothing was sent; afterwards the outcome is unknown.
                var unsent = lost is SocketException or HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError,
                };
                return new HttpResponseMessage(unsent ? HttpStatusCode.InternalServerError : HttpStatusCode.BadGateway)
                {
                    RequestMessage = request,
                    Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")),
                };
            }
        }

        /// <summary>
        /// Returns true when a new access token cannot help: FCM rejected one already, or rejects the project's key for APNs or
        /// Web Push.
        /// </summary>
        private static async Task<bool> IsFinal(
            HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
        {
            if (request.Options.TryGetValue(WasUnauthorized, out _))
                return true;
            request.Options.Set(WasUnauthorized, true);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return body.Contains("\"THIRD_PARTY_AUTH_ERROR\"", StringComparison.Ordinal)
                || body.Contains("\"APNS_AUTH_ERROR\"", StringComparison.Ordinal);
        }
    }
}
