using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansCalls.Client.Server;

/// <summary>Calls over REST on behalf of users: an app's back end starts, reads and ends them. Thread-safe.</summary>
public sealed class CallService : IDisposable
{
    private readonly CallTokens _tokens;
    private readonly HttpClient _http;

    /// <summary>Sends requests with <paramref name="http"/>, or with a client of its own.</summary>
    /// <exception cref="ArgumentException">The address is missing.</exception>
    public CallService(OrleansCallsServerOptions options, CallTokens tokens, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _tokens = tokens;
        _http = http ?? new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        _http.BaseAddress = new Uri((options.Address ?? throw new ArgumentException("Address must be set.", nameof(options)))
            .GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/");
    }

    /// <summary>
    /// Starts a call on behalf of <paramref name="userId"/>. The first device of that user that joins becomes the caller's
    /// device.
    /// </summary>
    /// <exception cref="OrleansCallsException">The service refused or could not be reached.</exception>
    public Task<Call> StartCallAsync(string userId, StartCallRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // With an explicit id the request can be repeated after a lost response.
        var named = request with { CallId = request.CallId ?? Guid.NewGuid().ToString() };
        return Send(
            HttpMethod.Post, "calls", userId, JsonContent.Create(named, ClientJson.Default.StartCallRequest), cancellation);
    }

    /// <summary>Ends a call on behalf of <paramref name="userId"/>, one of its parties.</summary>
    /// <exception cref="OrleansCallsException">The service refused or could not be reached.</exception>
    public Task<Call> EndCallAsync(
        string userId, string callId, string? reason = null, CancellationToken cancellation = default) => Send(
        HttpMethod.Post, $"calls/{IdText.InPath(callId)}/end", userId,
        JsonContent.Create(new ReasonRequest(callId, reason), ClientJson.Default.ReasonRequest), cancellation);

    /// <summary>The call as <paramref name="userId"/>, one of its parties, sees it.</summary>
    /// <exception cref="OrleansCallsException">The service refused or could not be reached.</exception>
    public Task<Call> GetCallAsync(string userId, string callId, CancellationToken cancellation = default) =>
        Send(HttpMethod.Get, $"calls/{IdText.InPath(callId)}", userId, null, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<Call> Send(
        HttpMethod method, string path, string userId, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens.CreateForService());
        request.Headers.Add("X-Act-As", IdText.InHeader(userId));
        try
        {
            using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? await Read(response, ClientJson.Default.Call, cancellation).ConfigureAwait(false)
                    ?? throw new JsonException("The answer is empty.")
                : throw await Refusal(response, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or JsonException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new OrleansCallsException(
                CallErrorCode.Unavailable, $"The service could not be reached: {exception.Message}", exception);
        }
    }

    private static async Task<OrleansCallsException> Refusal(HttpResponseMessage response, CancellationToken cancellation)
    {
        ProblemDetails? problem = null;
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
            problem = await Read(response, ClientJson.Default.ProblemDetails, cancellation).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        return new OrleansCallsException(
            problem is { Code: not CallErrorCode.Unknown } ? problem.Code : Errors.OfStatus(status),
            problem?.Detail ?? $"The service answered with status {status}.")
        {
            Call = problem?.Call,
            TraceId = problem?.TraceId,
            RetryAfter = problem?.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static Task<T?> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        response.Content.ReadFromJsonAsync(type, cancellation);
}

/// <summary>A REST error (RFC 9457).</summary>
internal sealed record ProblemDetails
{
    public CallErrorCode Code { get; init; }

    public string? Detail { get; init; }

    public string? TraceId { get; init; }

    public Call? Call { get; init; }

    public int? RetryAfter { get; init; }
}
