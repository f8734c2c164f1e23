using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Edge;

/// <summary>A span as it came over the wire.</summary>
public sealed record Span(
    string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags, bool Failed);

/// <summary>An OpenTelemetry collector, as far as OTLP over HTTP goes: takes what is sent, and reads the spans.</summary>
public sealed class FakeCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _requests = new();
    private WebApplication _app = null!;
    private int _refused;

    public Uri Address { get; private set; } = null!;

    /// <summary>Answers 503 to everything.</summary>
    public bool Refuses { get; set; }

    /// <summary>How often it has done so.</summary>
    public int Refused => _refused;

    public IEnumerable<Span> Spans =>
        _requests.Where(request => request.Path == "/v1/traces").SelectMany(request => SpansOf(request.Body));

    /// <summary>All that was sent, as far as it is text.</summary>
    public string Text(string path) =>
        string.Concat(
            _requests.Where(request => request.Path == path).Select(request => Encoding.Latin1.GetString(request.Body)));

    public static async Task<FakeCollector> Start(string address = "http://127.0.0.1:0")
    {
        var collector = new FakeCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        collector._app = builder.Build();
        collector._app.MapPost("/v1/{kind}", collector.Take);
        await collector._app.StartAsync();
        collector.Address = new Uri(collector._app.Urls.Single());
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        // It is in the process that it listens to, and would hear of itself for ever.
        if (Activity.Current is { } request)
            request.ActivityTraceFlags = ActivityTraceFlags.None;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (Refuses)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        _requests.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    // ExportTraceServiceRequest.resource_spans.scope_spans.spans; field numbers of opentelemetry/proto/trace/v1/trace.proto.
    private static IEnumerable<Span> SpansOf(byte[] request) =>
        from resourceSpans in Messages(request, 1)
        from scopeSpans in Messages(resourceSpans, 2)
        from span in Messages(scopeSpans, 2)
        select new Span(
            Hex(Messages(span, 1)), Hex(Messages(span, 2)), Hex(Messages(span, 4)),
            Encoding.UTF8.GetString(Messages(span, 5).Single()),
            Messages(span, 9).Select(Tag).ToDictionary(tag => tag.Key, tag => tag.Value),
            Messages(span, 15).Any(status => status.Length > 0));

    private static KeyValuePair<string, string> Tag(byte[] pair) => new(
        Encoding.UTF8.GetString(Messages(pair, 1).Single()),
        Messages(pair, 2).SelectMany(value => Messages(value, 1)).Select(Encoding.UTF8.GetString).FirstOrDefault(""));

    private static string Hex(IEnumerable<byte[]> id) => Convert.ToHexStringLower(id.FirstOrDefault() ?? []);

    /// <summary>The length-delimited fields of this number in a protobuf message.</summary>
    private static List<byte[]> Messages(byte[] message, int field)
    {
        List<byte[]> found = [];
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += sizeof(ulong);
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if (tag >> 3 == (ulong)field)
                        found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    at += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} is not OTLP.");
            }
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = message[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }
    }
}
