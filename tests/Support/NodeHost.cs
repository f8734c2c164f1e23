using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.Tests.Support;

/// <summary>A node process with the real socket.io-client in it, for as many clients as a test wants.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly ConcurrentDictionary<int, NodeClient> _clients = new();
    private readonly ChildProcess _process;
    private readonly SemaphoreSlim _writing = new(1);
    private int _lastClient;

    private NodeHost() =>
        _process = ChildProcess.Start(["node", "driver.mjs"], folder: Repository.Full("tests/SocketIo/client"), heard: Hear);

    public static NodeHost Start() => new();

    /// <summary>
    /// Makes a client that begins to connect. The options are those of <c>io(url, options)</c>; it reconnects within 20 to
    /// 100 ms unless they say otherwise.
    /// </summary>
    public async Task<NodeClient> Connect(Uri url, object options)
    {
        var number = Interlocked.Increment(ref _lastClient);
        var client = _clients[number] = new NodeClient(this, number);
        await Write(new { client = number, @do = "connect", url, options });
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await using (_process)
        using (_writing)
        {
            await _process.CloseInput();
            var (code, _, error) = await _process.End();
            Assert.True(code == 0, error);
        }
    }

    internal async Task Write(object command)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.Write(JsonSerializer.Serialize(command, Json));
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Hear(string line, bool isError)
    {
        if (isError)
            return;
        var told = JsonSerializer.Deserialize<Told>(line, Json)!;
        _clients[told.Client].Hear(told.Event, new NodeEvent(told.Args, told.Ack));
    }

    private sealed record Told(int Client, string Event, JsonElement[] Args, int? Ack);
}
