using System.Net;
using System.Net.Http.Headers;
using Google.Apis.Http;

namespace OrleansCalls.Silo.Push.Fcm;

/// <summary>
/// HTTP below the Firebase SDK. The SDK tries again by itself on 503 and on lost connections, with waits that are longer than a ring; here
/// both become answers that it takes as final, and what to do about them is decided in one place, <see cref="PushRoute"/>.
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
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (endpoint is not null)
                request.RequestUri = new Uri(endpoint, request.RequestUri!.PathAndQuery);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    response.StatusCode = HttpStatusCode.InternalServerError;
                return response;
            }
            catch (HttpRequestException lost)
            {
                // Without a connection nothing was sent; afterwards, who knows.
                var unsent = lost.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError;
                return new HttpResponseMessage(unsent ? HttpStatusCode.InternalServerError : HttpStatusCode.BadGateway)
                {
                    RequestMessage = request,
                    Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")),
                };
            }
        }
    }
}
