using System.Net.Http.Headers;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Google.Apis.Util;

namespace FirebaseAdmin.Messaging;

/// <summary>Sends messages through FCM's HTTP v1 API.</summary>
internal sealed class FirebaseMessaging
{
    private const int Retries = 4;

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    private readonly ConfigurableHttpClient _client;
    private readonly Uri _address;

    internal FirebaseMessaging(GoogleCredential credential, string? projectId, HttpClientFactory http)
    {
        if (string.IsNullOrEmpty(projectId))
            throw new ArgumentException("Project ID is required to access messaging service.", nameof(projectId));
        _address = new Uri($"https://fcm.googleapis.com/v1/projects/{projectId}/messages:send");
        _client = http.CreateHttpClient(new CreateHttpClientArgs { Initializers = { credential } });
        // The package's own retries: 503 and lost connections after a back-off, 401 at once with a new access token.
        var backOff = new BackOffHandler(
            new BackOffHandler.Initializer(new ExponentialBackOff(TimeSpan.Zero, Retries)) { MaxTimeSpan = LongestBackOff });
        _client.MessageHandler.NumTries = Retries + 1;
        _client.MessageHandler.AddExceptionHandler(backOff);
        _client.MessageHandler.AddUnsuccessfulResponseHandler(backOff);
    }

    /// <summary>Returns the app's sender.</summary>
    /// <exception cref="ArgumentException">The project is not known.</exception>
    public static FirebaseMessaging GetMessaging(FirebaseApp app) => app.Messaging;

    /// <summary>Sends a message. Returns its id at FCM.</summary>
    /// <exception cref="FirebaseMessagingException">
    /// FCM returned an error, or a connection failed: to FCM, or to Google for an access token. Without a response,
    /// <see cref="FirebaseException.HttpResponse"/> is null.
    /// </exception>
    /// <exception cref="Google.Apis.Auth.OAuth2.Responses.TokenResponseException">Google refused an access token.</exception>
    /// <exception cref="ArgumentException">The message is invalid; nothing was sent.</exception>
    public async Task<string> SendAsync(Message message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = new ByteArrayContent(MessageJson.Write(message)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        try
        {
            // Not disposed: the exception carries the response, for its Retry-After.
            var response = await _client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? MessageId(response, body) : throw FcmError.Read(response, body);
        }
        catch (HttpRequestException e)
        {
            throw new FirebaseMessagingException(ErrorCode.Unknown, e.Message, null, e, null);
        }
    }

    internal void Close() => _client.Dispose();

    private static string MessageId(HttpResponseMessage response, string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("name").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FirebaseMessagingException(ErrorCode.Unknown, "Error parsing response from FCM.", null, e, response);
        }
    }
}
