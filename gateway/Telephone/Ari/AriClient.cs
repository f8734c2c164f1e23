using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>
/// A client of the parts of Asterisk's REST interface that are used here (docs.asterisk.org, "Asterisk REST Interface"). The
/// caller chooses the id of everything it creates, so that requests are idempotent: an existing resource is reported as such.
/// </summary>
public sealed class AriClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Retry Lost = new(new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)))
    {
        Attempts = 3,
        IsPassing = exception =>
            exception is HttpRequestException or IOException or SocketException or OperationCanceledException,
    };

    private static readonly ImmutableArray<HttpStatusCode> NotThere = [HttpStatusCode.NotFound];

    // A channel that has left the application is not controlled by it any more either.
    private static readonly ImmutableArray<HttpStatusCode> Gone = [HttpStatusCode.NotFound, HttpStatusCode.Conflict];

    private readonly HttpClient _http;
    private readonly string _app;
    private readonly TimeProvider _time;

    /// <summary>Creates a client; it connects on first use.</summary>
    public AriClient(AriOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _app = options.App;
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = Patience, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            BaseAddress = options.Url,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = Basic(options) },
        };
    }

    /// <summary>Returns the credentials as a header, so that no logged address holds them.</summary>
    internal static AuthenticationHeaderValue Basic(AriOptions options) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));

    /// <summary>Lists all channels of this Asterisk, of any application.</summary>
    public async Task<IReadOnlyList<AriChannel>> ListChannels(CancellationToken cancellation) =>
        await Ask(HttpMethod.Get, "channels", AriJson.Default.AriChannelArray, cancellation) ?? [];

    /// <summary>Returns a channel; null if it does not exist.</summary>
    public Task<AriChannel?> GetChannel(string channelId, CancellationToken cancellation) =>
        Ask(HttpMethod.Get, $"channels/{Of(channelId)}", AriJson.Default.AriChannel, cancellation);

    /// <summary>Lists all bridges of this Asterisk, of any application.</summary>
    public async Task<IReadOnlyList<AriBridge>> ListBridges(CancellationToken cancellation) =>
        await Ask(HttpMethod.Get, "bridges", AriJson.Default.AriBridgeArray, cancellation) ?? [];

    /// <summary>Plays ringback to the caller. Returns false if the channel is gone.</summary>
    public Task<bool> Ring(string channelId, CancellationToken cancellation) =>
        Do(HttpMethod.Post, $"channels/{Of(channelId)}/ring", Gone, cancellation);

    /// <summary>Answers a channel. Returns false if it is gone.</summary>
    public Task<bool> Answer(string channelId, CancellationToken cancellation) =>
        Do(HttpMethod.Post, $"channels/{Of(channelId)}/answer", Gone, cancellation);

    /// <summary>
    /// Plays media until it is stopped or the channel hangs up, also before an answer (early media). Returns false if the
    /// channel is gone.
    /// </summary>
    public Task<bool> Play(string channelId, string media, string playbackId, CancellationToken cancellation) =>
        Do(HttpMethod.Post, $"channels/{Of(channelId)}/play?media={Of(media)}&playbackId={Of(playbackId)}", Gone, cancellation);

    /// <summary>Hangs up with one of ARI's reasons. Returns false if the channel was gone.</summary>
    public Task<bool> HangUp(string channelId, string reason, CancellationToken cancellation) =>
        Do(HttpMethod.Delete, $"channels/{Of(channelId)}?reason={reason}", NotThere, cancellation);

    /// <summary>Originates a channel, which enters the dialplan when answered. Returns false if the channel exists.</summary>
    public async Task<bool> Originate(AriOrigination call, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        var query = $"endpoint={Of(call.Endpoint)}&extension={Of(call.Extension)}&context={Of(call.Context)}&priority=1"
            + $"&timeout={(int)call.Timeout.TotalSeconds}&channelId={Of(call.ChannelId)}"
            + (call.CallerId.Length == 0 ? "" : $"&callerId={Of(call.CallerId)}");
        var body = JsonSerializer.Serialize(
            new Dictionary<string, Dictionary<string, string>> { ["variables"] = new(call.Variables) },
            AriJson.Default.DictionaryStringDictionaryStringString);
        return await Do(HttpMethod.Post, $"channels?{query}", body, [HttpStatusCode.Conflict], cancellation);
    }

    /// <summary>Subscribes to a channel's events although it is in no application. Returns false if it is gone.</summary>
    public Task<bool> Subscribe(string channelId, CancellationToken cancellation) => Do(
        HttpMethod.Post, $"applications/{Of(_app)}/subscription?eventSource={Of($"channel:{channelId}")}",
        [HttpStatusCode.UnprocessableEntity], cancellation);

    /// <summary>Creates a mixing bridge. Returns false if it existed.</summary>
    public Task<bool> CreateBridge(string bridgeId, CancellationToken cancellation) =>
        Do(HttpMethod.Post, $"bridges/{Of(bridgeId)}?type=mixing", [HttpStatusCode.Conflict], cancellation);

    /// <summary>Adds channels to a bridge. Returns false if one of them is gone.</summary>
    public Task<bool> AddToBridge(string bridgeId, IEnumerable<string> channelIds, CancellationToken cancellation) => Do(
        HttpMethod.Post, $"bridges/{Of(bridgeId)}/addChannel?channel={string.Join(',', channelIds.Select(Of))}",
        [HttpStatusCode.BadRequest], cancellation);

    /// <summary>Destroys a bridge; its channels stay. Returns false if it was gone.</summary>
    public Task<bool> DestroyBridge(string bridgeId, CancellationToken cancellation) =>
        Do(HttpMethod.Delete, $"bridges/{Of(bridgeId)}", NotThere, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Of(string value) => Uri.EscapeDataString(value);

    private async Task<T?> Ask<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var (status, text) = await Send(method, path, null, cancellation);
        if (status == HttpStatusCode.NotFound)
            return null;
        Expect(status, method, path);
        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException nonsense)
        {
            throw new AriException($"Asterisk's answer to {method} {Bare(path)} cannot be read.", nonsense);
        }
    }

    private Task<bool> Do(
        HttpMethod method, string path, ImmutableArray<HttpStatusCode> no, CancellationToken cancellation) =>
        Do(method, path, null, no, cancellation);

    private async Task<bool> Do(
        HttpMethod method, string path, string? body, ImmutableArray<HttpStatusCode> no, CancellationToken cancellation)
    {
        var (status, _) = await Send(method, path, body, cancellation);
        if (no.Contains(status))
            return false;
        Expect(status, method, path);
        return true;
    }

    private static void Expect(HttpStatusCode status, HttpMethod method, string path)
    {
        if ((int)status is < 200 or > 299)
            throw new AriException((int)status, $"Asterisk answers {method} {Bare(path)} with {(int)status}.");
    }

    private async Task<(HttpStatusCode Status, string Text)> Send(
        HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        try
        {
            return await Lost.Get(path, () => SendOnce(method, path, body, cancellation), _time, cancellation);
        }
        catch (Exception lost) when (!cancellation.IsCancellationRequested && Lost.IsPassing(lost))
        {
            throw new AriException($"Asterisk does not answer {method} {Bare(path)}.", lost);
        }
    }

    private async Task<(HttpStatusCode Status, string Text)> SendOnce(
        HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, either.Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(either.Token));
    }

    // The query holds callers' numbers.
    private static string Bare(string path) => path.Split('?')[0];
}
