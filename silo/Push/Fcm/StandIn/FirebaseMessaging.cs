using System.Net.Http.Headers;
using System.Text.Json;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;

namespace FirebaseAdmin.Messaging;

/// <summary>Sends messages through FCM, HTTP v1.</summary>
internal sealed class FirebaseMessaging
{
    private const int MaximumBatch = 500;

    private static readonly string[] Scopes =
        ["https://www.googleapis.com/auth/firebase.messaging", "https://www.googleapis.com/auth/cloud-platform"];

    private readonly ConfigurableHttpClient _client;
    private readonly Uri _address;

    internal FirebaseMessaging(AppOptions options)
    {
        if (string.IsNullOrEmpty(options.ProjectId))
            throw new ArgumentException("Project ID is required to access messaging: set it in AppOptions.", nameof(options));
        _address = new Uri($"https://fcm.googleapis.com/v1/projects/{Uri.EscapeDataString(options.ProjectId)}/messages:send");
        var scoped = options.Credential!.IsCreateScopedRequired ? options.Credential.CreateScoped(Scopes) : options.Credential;
        _client = options.HttpClientFactory.CreateHttpClient(new CreateHttpClientArgs { Initializers = { scoped } });
    }

    /// <summary>The one of an app.</summary>
    public static FirebaseMessaging GetMessaging(FirebaseApp app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Messaging;
    }

    /// <summary>Sends one message; the answer is its id.</summary>
    public Task<string> SendAsync(Message message, CancellationToken cancellationToken = default) => SendAsync(message, false, cancellationToken);

    /// <summary>Sends one message, or only lets FCM look at it.</summary>
    /// <exception cref="FirebaseMessagingException">FCM said no, or could not be reached.</exception>
    public async Task<string> SendAsync(Message message, bool dryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(MessageJson.Write(message, dryRun)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        try
        {
            // The answer lives on in the exception, for its Retry-After.
            var response = await _client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? MessageId(response, body) : throw FcmError.Read(response, body);
        }
        catch (HttpRequestException e)
        {
            throw new FirebaseMessagingException(ErrorCode.Unavailable, "FCM could not be reached: " + e.Message, null, e, null);
        }
        catch (TokenResponseException e)
        {
            throw new FirebaseMessagingException(
                ErrorCode.Unauthenticated, "Google gave no access token: " + e.Error?.Error, null, e, null);
        }
    }

    /// <summary>Sends up to 500 messages, each for itself; the answers are in the messages' order.</summary>
    public async Task<BatchResponse> SendEachAsync(IEnumerable<Message> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Message[] all = [.. messages];
        if (all.Length is 0 or > MaximumBatch)
            throw new ArgumentException($"Send 1 to {MaximumBatch} messages at once.", nameof(messages));
        return new BatchResponse(await Task.WhenAll(all.Select(message => Send(message, cancellationToken))));
    }

    internal void Close() => _client.Dispose();

    private async Task<SendResponse> Send(Message message, CancellationToken cancellationToken)
    {
        try
        {
            return new SendResponse(await SendAsync(message, cancellationToken), null);
        }
        catch (FirebaseMessagingException e)
        {
            return new SendResponse(null, e);
        }
    }

    private static string MessageId(HttpResponseMessage response, string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("name").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FirebaseMessagingException(ErrorCode.Unknown, "FCM's answer cannot be read.", null, e, response);
        }
    }
}

/// <summary>What became of several messages.</summary>
internal sealed class BatchResponse
{
    internal BatchResponse(IReadOnlyList<SendResponse> responses) => Responses = responses;

    /// <summary>One answer for each message, in their order.</summary>
    public IReadOnlyList<SendResponse> Responses { get; }

    /// <summary>How many FCM took.</summary>
    public int SuccessCount => Responses.Count(response => response.IsSuccess);

    /// <summary>How many it did not.</summary>
    public int FailureCount => Responses.Count - SuccessCount;
}

/// <summary>What became of one message.</summary>
internal sealed class SendResponse
{
    internal SendResponse(string? messageId, FirebaseMessagingException? exception) => (MessageId, Exception) = (messageId, exception);

    /// <summary>FCM took it.</summary>
    public bool IsSuccess => Exception is null;

    /// <summary>Its id at FCM.</summary>
    public string? MessageId { get; }

    /// <summary>Why not.</summary>
    public FirebaseMessagingException? Exception { get; }
}
