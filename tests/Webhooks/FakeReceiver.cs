using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>
/// An app's back end on the loopback interface, which looks closely at what it gets: events at /events, questions at /authorize.
/// </summary>
public sealed class FakeReceiver : IAsyncDisposable
{
    public const string Secret = "a secret of the receiver, 32 bytes and more";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<JsonNode> _events = Channel.CreateUnbounded<JsonNode>();
    private readonly Channel<JsonNode> _questions = Channel.CreateUnbounded<JsonNode>();
    private readonly List<string> _faults = [];
    private readonly WebApplication _app;
    private int _underWay;
    private int _asked;

    private FakeReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public string Events => Address + "/events";

    public string Questions => Address + "/authorize";

    public int Port => new Uri(Address).Port;

    /// <summary>Requests that came, taken or not.</summary>
    public int Asked => _asked;

    /// <summary>The most requests that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The secret that requests are signed with.</summary>
    public string SignedWith { get; set; } = Secret;

    /// <summary>Whether they have the headers of the versions before, too.</summary>
    public bool HasLegacyHeaders { get; set; } = true;

    /// <summary>Requests as they came.</summary>
    public ConcurrentQueue<(IHeaderDictionary Headers, string Body)> Raw { get; } = new();

    /// <summary>What is answered to an event; 200 without it.</summary>
    public Func<JsonNode, Task<IResult>> Answer { get; set; } = _ => Task.FromResult(Results.Ok());

    /// <summary>What is answered to a question.</summary>
    public Func<JsonNode, Task<IResult>> Verdict { get; set; } = _ => Task.FromResult(Results.Json(new { allow = true }));

    public static async Task<FakeReceiver> Start(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var fake = new FakeReceiver(builder.Build());
        fake._app.MapPost("/events", fake.TakeEvent);
        fake._app.MapPost("/authorize", fake.TakeQuestion);
        await fake._app.StartAsync();
        return fake;
    }

    /// <summary>The next event, as it comes in: before it is answered.</summary>
    public Task<JsonNode> Next() => _events.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next question.</summary>
    public Task<JsonNode> NextQuestion() => _questions.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public int QuestionsWaiting => _questions.Reader.Count;

    /// <summary>Ids of events up to the one of this type, which is the last of them.</summary>
    public async Task<List<string>> IdsUpTo(string type, string? callId = null)
    {
        var ids = new List<string>();
        while (true)
        {
            var what = await Next();
            if (callId is not null && (string?)what["call"]!["callId"] != callId)
                continue;
            if (!ids.Contains((string)what["id"]!))
                ids.Add((string)what["id"]!);
            if ((string?)what["type"] == type)
                return ids;
        }
    }

    /// <summary>The connection is cut in the middle.</summary>
    public static IResult Cut { get; } = new Ending(context =>
    {
        context.Features.Get<IConnectionSocketFeature>()!.Socket.Close(0);
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>No answer for as long as anybody waits for one.</summary>
    public static IResult Hang { get; } = new Ending(async context =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
    });

    public static IResult Status(int status, string header, string value) => new Ending(context =>
    {
        context.Response.Headers[header] = value;
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        lock (_faults)
            Assert.Empty(_faults);
    }

    private Task TakeEvent(HttpContext context) => Take(context, _events, Answer);

    private Task TakeQuestion(HttpContext context) => Take(context, _questions, Verdict);

    private async Task Take(HttpContext context, Channel<JsonNode> to, Func<JsonNode, Task<IResult>> answer)
    {
        Interlocked.Increment(ref _asked);
        lock (_faults)
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
        try
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var text = await reader.ReadToEndAsync();
            var body = JsonNode.Parse(text)!;
            Raw.Enqueue((new HeaderDictionary(context.Request.Headers.ToDictionary()), text));
            Check(context.Request, text, body);
            await to.Writer.WriteAsync(body);
            await (await answer(body)).ExecuteAsync(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Whoever asked has gone.
        }
        finally
        {
            lock (_faults)
                _underWay--;
        }
    }

    /// <summary>As silo/README.md tells receivers to do it.</summary>
    private void Check(HttpRequest request, string text, JsonNode body)
    {
        var (id, timestamp) = (request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString());
        var key = SignedWith.StartsWith("whsec_", StringComparison.Ordinal)
            ? Convert.FromBase64String(SignedWith["whsec_".Length..])
            : Encoding.UTF8.GetBytes(SignedWith);
        var expected = "v1,"
            + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{text}")));
        var signatures = request.Headers["webhook-signature"].ToString();
        Fault(signatures.Split(' ')[0] != expected, $"the signature is {signatures}, not {expected}");
        Fault(!long.TryParse(timestamp, out var seconds) || seconds < 1_700_000_000, $"the timestamp is {timestamp}");
        Fault(
            id.Contains('.', StringComparison.Ordinal)
                || id.Replace("%2E", ".", StringComparison.Ordinal) != (string?)body["id"],
                $"the header says {id}, the body {body["id"]}");
        var legacy = !HasLegacyHeaders ? "" : "v1=" + Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(SignedWith), Encoding.UTF8.GetBytes($"{timestamp}.{text}")));
        Fault(
            request.Headers["X-Webhook-Signature"].ToString() != legacy,
            $"the old signature is {request.Headers["X-Webhook-Signature"]}, not {legacy}");
        Fault(request.Headers["X-Webhook-Timestamp"].ToString() != (HasLegacyHeaders ? timestamp : ""), "the old timestamp");
        Fault(
            request.Headers["X-Webhook-Id"].ToString() != (HasLegacyHeaders ? (string?)body["id"] : ""),
            $"the old header says {request.Headers["X-Webhook-Id"]}");
        Fault(request.ContentType != "application/json", $"the content type is {request.ContentType}");
        Fault(
            body["type"] is null || body["createdAt"] is null || (body["call"]?["callId"] ?? body["userIds"]) is null,
            $"something is missing in {text}");
        Fault(text.Contains(SignedWith, StringComparison.Ordinal), "the secret is in the body");
    }

    private void Fault(bool isOne, string what)
    {
        if (!isOne)
            return;
        lock (_faults)
            _faults.Add(what);
    }

    private sealed class Ending(Func<HttpContext, Task> end) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => end(httpContext);
    }
}
