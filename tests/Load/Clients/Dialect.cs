using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.Load.Clients;

/// <summary>What a device asks for.</summary>
internal enum Command
{
    Start,
    Ack,
    Accept,
    Reject,
    End,
    Signal,
}

/// <summary>What a device hears.</summary>
internal enum Heard
{
    /// <summary>Nothing that matters here.</summary>
    Other,

    /// <summary>The device counts as connected.</summary>
    Connected,
    Incoming,
    Progress,
    Accepted,
    Rejected,
    Ended,
    Signal,

    /// <summary>A command was carried out; or it was not.</summary>
    Done,
    Failed,
}

/// <summary>Something heard, out of a message that <see cref="Raw"/> is.</summary>
internal readonly ref struct News
{
    public required Heard Heard { get; init; }

    /// <summary>Number of the call; -1 when there is none.</summary>
    public long Call { get; init; }

    /// <summary>The command that is done, or failed.</summary>
    public Command Command { get; init; }

    public ReadOnlySpan<byte> Raw { get; init; }
}

/// <summary>
/// How one kind of server is spoken to over a WebSocket. Both kinds here say the same things under the same names; each way of
/// writing them is written out once, in a subclass.
/// </summary>
internal abstract class Dialect(string? signingKey)
{
    private const int Commands = 8;

    private readonly byte[] _argument = new byte[1024];
    private readonly byte[] _text = new byte[2 * 1024];

    /// <summary>What makes call ids of this run its own, on a server that keeps those of the last.</summary>
    public string Prefix { get; } = $"load-{TimeProvider.System.GetUtcNow().UtcDateTime.Ticks:x}-";

    /// <summary>Where a user connects.</summary>
    public abstract string Path(string userId);

    /// <summary>A token for a user, good for a day; null where the server wants none.</summary>
    public string? Token(string userId)
    {
        if (signingKey is null)
            return null;
        var end = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        var claims = $$"""
            {"iss":"orleans-calls","aud":"orleans-calls","sub":"{{userId}}","name":"{{userId}}","exp":{{end}}}
            """;
        var text = Base64("""{"alg":"HS256","typ":"JWT"}"""u8) + "." + Base64(Encoding.UTF8.GetBytes(claims.Trim()));
        return text + "." + Base64(HMACSHA256.HashData(Encoding.UTF8.GetBytes(signingKey), Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Starts the conversation on a new socket.</summary>
    public abstract void Begin(WebSocket socket);

    /// <summary>Says that the client is still there; where the server asks for it instead, nothing.</summary>
    public abstract void Ping(WebSocket socket);

    /// <summary>Takes a message apart.</summary>
    public abstract void Read(Client client, ReadOnlySpan<byte> message);

    /// <summary>Asks for something.</summary>
    public void Send(WebSocket socket, Command command, long call, string? callee, int ringSeconds)
    {
        var format = CultureInfo.InvariantCulture;
        int length;
        if (command == Command.Start)
        {
            Utf8.TryWrite(
                _argument, format,
                $$"""{"callId":"{{Prefix}}{{call}}","calleeIds":["{{callee}}"],"media":"audio","ringSeconds":{{ringSeconds}}}""",
                out length);
        }
        else
        {
            Utf8.TryWrite(_argument, format, $$"""{"callId":"{{Prefix}}{{call}}"}""", out length);
        }

        Send(socket, command, call, length);
    }

    /// <summary>Sends a candidate to the peer of a call.</summary>
    public void SendSignal(WebSocket socket, long call, ReadOnlySpan<byte> payload)
    {
        Utf8.TryWrite(
            _argument, CultureInfo.InvariantCulture,
            $$"""{"callId":"{{Prefix}}{{call}}","kind":"candidate","payload":""", out var length);
        payload.CopyTo(_argument.AsSpan(length));
        _argument[length + payload.Length] = (byte)'}';
        Send(socket, Command.Signal, call, length + payload.Length + 1);
    }

    /// <summary>Writes the words of an invocation; returns how many bytes they are.</summary>
    protected abstract int Write(Span<byte> text, long id, string method, ReadOnlySpan<byte> argument);

    /// <summary>What an event is called.</summary>
    protected static Heard Event(ref Utf8JsonReader name) =>
        name.ValueTextEquals("CallIncoming"u8) ? Heard.Incoming
        : name.ValueTextEquals("CallProgress"u8) ? Heard.Progress
        : name.ValueTextEquals("CallAccepted"u8) ? Heard.Accepted
        : name.ValueTextEquals("CallRejected"u8) ? Heard.Rejected
        : name.ValueTextEquals("CallEnded"u8) ? Heard.Ended
        : name.ValueTextEquals("SignalReceived"u8) ? Heard.Signal
        : name.ValueTextEquals("OpenCalls"u8) ? Heard.Connected
        : Heard.Other;

    /// <summary>
    /// The number in the call id of an event's payload, whose first brace comes next; -1 for another run's call.
    /// </summary>
    protected long CallOf(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return -1;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var found = json.ValueTextEquals("callId"u8);
            json.Read();
            if (found)
                return Number(json.ValueSpan);
            json.Skip();
        }

        return -1;
    }

    /// <summary>What the answer to an invocation tells.</summary>
    protected static News Answer(long id, bool failed, ReadOnlySpan<byte> raw) => new()
    {
        Heard = failed ? Heard.Failed : Heard.Done, Call = id / Commands, Command = (Command)(id % Commands), Raw = raw,
    };

    private static string Name(Command command) => command switch
    {
        Command.Start => "StartCall",
        Command.Ack => "AckRinging",
        Command.Accept => "AcceptCall",
        Command.Reject => "RejectCall",
        Command.End => "EndCall",
        Command.Signal => "SendSignal",
    };

    private static string Base64(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private void Send(WebSocket socket, Command command, long call, int length) =>
        socket.Send(_text.AsSpan(0, Write(_text, (call * Commands) + (int)command, Name(command), _argument.AsSpan(0, length))));

    private long Number(ReadOnlySpan<byte> callId) =>
        callId.Length > Prefix.Length && Ascii.Equals(callId[..Prefix.Length], Prefix)
        && long.TryParse(callId[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
