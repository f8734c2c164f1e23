using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Support;

/// <summary>Something that a client heard.</summary>
/// <param name="Args">What came with it.</param>
/// <param name="Ack">Where the server waits for an answer, if it does.</param>
public sealed record NodeEvent(JsonElement[] Args, int? Ack)
{
    /// <summary>The arguments as one JSON array, as JavaScript writes it.</summary>
    public string Text => $"[{string.Join(',', Args.Select(argument => argument.GetRawText()))}]";
}

/// <summary>
/// One real socket.io-client. Its own events are heard under names with a colon: <c>:connect</c>, <c>:disconnect</c>.
/// </summary>
public sealed class NodeClient(NodeHost host, int number)
{
    private readonly ConcurrentDictionary<string, Channel<NodeEvent>> _heard = new(StringComparer.Ordinal);
    private int _lastAsked;

    /// <summary>The next event of that name, in the order in which they came; waits for it.</summary>
    public async Task<NodeEvent> Next(string name)
    {
        using var patience = new CancellationTokenSource(Until.Patience);
        try
        {
            return await Heard(name).Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            var counts = _heard.Select(pair => $"{pair.Key} ({pair.Value.Reader.Count} not read)");
            throw new TimeoutException($"The client never heard {name}, but: {string.Join(", ", counts)}");
        }
    }

    /// <summary>Waits until one of these has come, and leaves it where it is; its name.</summary>
    public async Task<string> Any(params string[] names)
    {
        var waits = names.Select(name => Heard(name).Reader.WaitToReadAsync().AsTask()).ToList();
        try
        {
            return names[waits.IndexOf(await Task.WhenAny(waits).WaitAsync(Until.Patience))];
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The client never heard any of {string.Join(", ", names)}.", late);
        }
    }

    /// <summary>Names of the server's events that have come so far and nobody asked for.</summary>
    public IReadOnlyList<string> Rest()
    {
        var rest = new List<string>();
        foreach (var (name, heard) in _heard.Where(heard => heard.Key is not [':', ..]))
        {
            while (heard.Reader.TryRead(out _))
                rest.Add(name);
        }

        return rest;
    }

    /// <summary>Waits until it is connected; its id and its transport at that moment.</summary>
    public async Task<(string Id, string Transport)> Connected()
    {
        var connect = await Next(":connect");
        return (connect.Args[0].GetString()!, connect.Args[1].GetString()!);
    }

    /// <summary>Waits until it is disconnected; its reason.</summary>
    public async Task<string> Disconnected() => (await Next(":disconnect")).Args[0].GetString()!;

    public Task Emit(string name, params object?[] args) =>
        host.Write(new { client = number, @do = "emit", @event = name, args });

    /// <summary>Emits and waits for the acknowledgement.</summary>
    /// <exception cref="TimeoutException">None came in time, as the client says.</exception>
    public async Task<NodeEvent> EmitWithAck(string name, params object?[] args)
    {
        var id = Interlocked.Increment(ref _lastAsked);
        var timeout = Until.Patience.TotalMilliseconds;
        await host.Write(new { client = number, @do = "ask", id, @event = name, args, timeout });
        var answer = await Next($":answer {id}");
        return answer.Args[0].ValueKind == JsonValueKind.Null
            ? new NodeEvent(answer.Args[1..], null)
            : throw new TimeoutException(answer.Text);
    }

    /// <summary>Answers an event that the server wants acknowledged.</summary>
    public Task Ack(NodeEvent heard, params object?[] args) =>
        host.Write(new { client = number, @do = "ack", id = heard.Ack!.Value, args });

    public Task Disconnect() => host.Write(new { client = number, @do = "disconnect" });

    /// <summary>Connects again after <see cref="Disconnect"/>, or after the server refused it or sent it away.</summary>
    public Task Reconnect(object? auth = null) =>
        host.Write(new { client = number, @do = "reconnect", auth });

    /// <summary>Takes its connection away as a lost network does. It comes back by itself.</summary>
    public Task Cut() => host.Write(new { client = number, @do = "cut" });

    internal void Hear(string name, NodeEvent heard) => Assert.True(Heard(name).Writer.TryWrite(heard));

    private Channel<NodeEvent> Heard(string name) => _heard.GetOrAdd(name, _ => Channel.CreateUnbounded<NodeEvent>());
}
