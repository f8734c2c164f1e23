using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.SocketIo.Tests;

/// <summary>A node process with the real socket.io-client in it, for as many clients as a test wants.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly ConcurrentDictionary<int, NodeClient> _clients = new();
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private readonly SemaphoreSlim _writing = new(1);
    private int _lastClient;

    private NodeHost(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = Read();
    }

    public static NodeHost Start() => new(Process.Start(new ProcessStartInfo("node", ["driver.mjs"])
    {
        WorkingDirectory = Need.ClientFolder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new System.Text.UTF8Encoding(false),
        StandardOutputEncoding = System.Text.Encoding.UTF8,
    })!);

    /// <summary>
    /// Makes a client that begins to connect. The options are those of <c>io(url, options)</c>; it reconnects within 20 to 100 ms unless
    /// they say otherwise.
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
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Need.Patience);
        await _reading;
        var errors = await _errors;
        Assert.True(_process.ExitCode == 0, errors);
        _process.Dispose();
        _writing.Dispose();
    }

    internal async Task Write(object command)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command, Json));
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task Read()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var told = JsonSerializer.Deserialize<Told>(line, Json)!;
            _clients[told.Client].Hear(told.Event, new NodeEvent(told.Args, told.Ack));
        }
    }

    private sealed record Told(int Client, string Event, JsonElement[] Args, int? Ack);
}
