using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tool;

/// <summary>A running service, over REST. Every request is limited in time and size.</summary>
internal sealed class Service : IDisposable
{
    private const long LargestAnswer = 32 << 20;

    private readonly HttpClient _http;

    /// <param name="url">The address.</param>
    /// <param name="timeout">The timeout of each request.</param>
    internal Service(Uri url, TimeSpan timeout)
    {
        Url = url;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = timeout })
        {
            BaseAddress = new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), Timeout = timeout,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    /// <summary>The address.</summary>
    internal Uri Url { get; }

    /// <summary>Parses an address; returns null if it is not an absolute http or https one.</summary>
    internal static Uri? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    /// <summary>Sends a request to <c>/api/v1</c>, and returns the response's JSON.</summary>
    /// <exception cref="ToolException">The service refused, could not be reached, or is something else.</exception>
    internal async Task<JsonNode> Ask(
        HttpMethod method, string path, string token, JsonNode? body, CancellationToken cancellation)
    {
        var (status, answer) = await Send(method, "api/v1/" + path, token, body, cancellation);
        if (status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)
            return answer ?? throw new ToolException(ExitCodes.Undone, $"{Url} answers, but not as this service does.");
        var detail = (string?)(answer as JsonObject)?["detail"] ?? "It says no more.";
        throw new ToolException(
            status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
                ? ExitCodes.Undone
                : ExitCodes.Bad,
            $"The service refuses with {(int)status}: {detail}");
    }

    /// <summary>Sends a request. The body is null for a response that is not JSON.</summary>
    /// <exception cref="ToolException">The service could not be reached.</exception>
    internal async Task<(HttpStatusCode Status, JsonNode? Body)> Send(
        HttpMethod method, string path, string? token, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        try
        {
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (body is not null)
                request.Content = JsonContent.Create(body);
            using var response = await _http.SendAsync(request, cancellation);
            return (response.StatusCode, await Read(response, cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or FormatException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ToolException(ExitCodes.Undone, $"{Url} {Reason(e)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private string Reason(Exception exception) => exception switch
    {
        OperationCanceledException => $"did not answer within {_http.Timeout.TotalSeconds:0} s.",
        FormatException => "cannot be asked: the token is not one line of letters.",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            "cannot be reached: there is no such host.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            "cannot be reached: its certificate does not hold.",
        _ => $"cannot be reached: {Output.Clean(exception.Message).TrimEnd('.')}.",
    };

    private static async Task<JsonNode?> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
