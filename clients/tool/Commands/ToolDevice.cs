using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansCalls.Tool;

namespace OrleansCalls.Client.Tool;

/// <summary>The tool as a device of a user: connects, and prints each event.</summary>
internal sealed class ToolDevice : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly CommandContext _context;

    internal ToolDevice(CommandContext context, string userId, string what)
    {
        _context = context;
        var deviceId = $"orleanscalls-{what}-{Guid.NewGuid():N}"[..40];
        Client = new OrleansCallsClient(new OrleansCallsClientOptions
        {
            Address = context.Service.Url, DeviceId = deviceId, Platform = "orleanscalls",
            Token = async cancellation => await context.TokenFor(userId, null, cancellation),
        });
    }

    internal OrleansCallsClient Client { get; }

    /// <summary>Connects, within the time of a request.</summary>
    /// <exception cref="ToolException">The service refused, or did not answer in time.</exception>
    internal async Task Start(CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_context.Timeout);
        try
        {
            // Checked before the client starts, which would retry indefinitely.
            await _context.Service.Send(HttpMethod.Get, "health/live", null, null, late.Token);
            await _context.Output.Progress("Connecting", async () =>
            {
                await Client.StartAsync(late.Token);
                return true;
            });
        }
        catch (OrleansCallsException refused)
        {
            throw Refused(refused);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new ToolException(
                ExitCodes.Undone,
                $"{_context.Service.Url} did not take the connection within {_context.Timeout.TotalSeconds:0} s.", exception);
        }
    }

    /// <summary>The error of a refused command.</summary>
    internal static ToolException Refused(OrleansCallsException refused) => new(
        refused.Code == CallErrorCode.Unavailable ? ExitCodes.Undone : ExitCodes.Bad,
        $"The service refuses with {JsonNamingPolicy.SnakeCaseLower.ConvertName(refused.Code.ToString())}: {refused.Message}",
        refused);

    /// <summary>Prints an event: as text, or as a line of JSON.</summary>
    internal void Show(CallEvent what)
    {
        var (now, name) = (TimeProvider.System.GetUtcNow(), what.GetType().Name);
        var payload = JsonSerializer.SerializeToNode(what, what.GetType(), Json)!.AsObject();
        _context.Output.JsonLine(new JsonObject
        {
            ["at"] = now.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture), ["event"] = name, ["payload"] = payload.DeepClone(),
        });
        payload.Remove("callId");
        payload.Remove("seq");
        _context.Output.Line(
            $"[grey]{now.ToLocalTime():HH:mm:ss.fff}[/] [{Colour(what)}]{name}[/]{(what.CallId is { } id ? $" [bold]{Output.Safe(id)}[/]" : "")}"
            + $" {Output.Safe(payload.ToJsonString(Json))}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private static string Colour(CallEvent what) => what switch
    {
        CallIncoming or CallAccepted or CallReady => "green",
        CallEnded or CallRejected => "yellow",
        ConnectionChanged => "grey",
        _ => "blue",
    };
}
