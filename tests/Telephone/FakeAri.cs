using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Telephone;

/// <summary>
/// An Asterisk on loopback, as far as ARI shows one: HTTP and a WebSocket of events. It checks each request against the
/// documented interface, and does with its channels and bridges what Asterisk does.
/// </summary>
public sealed partial class FakeAri : IAsyncDisposable
{
    public const string App = "calls";
    public const string Password = "not:so secret";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FakeChannel> _channels = [];
    private readonly Dictionary<string, HashSet<string>> _bridges = [];
    private readonly List<(WebSocket Socket, string User)> _sockets = [];
    private readonly int _port;
    private WebApplication _app = null!;

    private FakeAri(int port) => _port = port;

    /// <summary>What is wrong with requests that came.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>All requests in the order in which they came, without their parameters.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Channels that are gone.</summary>
    public ConcurrentDictionary<string, FakeChannel> Gone { get; } = new();

    /// <summary>Parameters and variables of each origination that was carried out.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Originated { get; } = new();

    /// <summary>Answers a request in Asterisk's place; null lets it do so itself.</summary>
    public Func<string, Task<IResult?>> Instead { get; set; } = _ => Task.FromResult<IResult?>(null);

    /// <summary>Requests that are carried out, but whose answer never arrives.</summary>
    public Func<string, bool> LosesAnswer { get; set; } = _ => false;

    /// <summary>ARI users who are not let in.</summary>
    public ConcurrentDictionary<string, bool> Refused { get; } = new();

    /// <summary>Sends every event to every socket, as no Asterisk does: two that both take a call for theirs.</summary>
    public bool TellsAll { get; set; }

    public string Url => $"http://127.0.0.1:{_port}/ari";

    /// <summary>How many sockets have the application's events.</summary>
    public int Listeners
    {
        get
        {
            lock (_lock)
                return _sockets.Count;
        }
    }

    public static async Task<FakeAri> Start()
    {
        var fake = new FakeAri(Ports.Free());
        await fake.Run();
        return fake;
    }

    /// <summary>One that is not there yet; <see cref="Run"/> starts it.</summary>
    public static FakeAri NotYet() => new(Ports.Free());

    public async Task Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        _app = builder.Build();
        _app.UseWebSockets();
        Map();
        await _app.StartAsync();
    }

    /// <summary>Asterisk is gone, with all its channels.</summary>
    public async Task Crash()
    {
        lock (_lock)
        {
            _channels.Clear();
            _bridges.Clear();
        }

        CutSockets();
        await _app.DisposeAsync();
    }

    /// <summary>Something that an earlier life of a bridge has left here.</summary>
    public void Leaves(FakeChannel channel, string? bridge = null)
    {
        lock (_lock)
        {
            _channels[channel.Id] = channel;
            if (bridge is not null)
                _bridges[bridge] = [channel.Id];
        }
    }

    public FakeChannel? Channel(string id)
    {
        lock (_lock)
            return _channels.GetValueOrDefault(id);
    }

    /// <summary>Who is in a bridge; null if there is no such bridge.</summary>
    public IReadOnlyCollection<string>? Bridge(string id)
    {
        lock (_lock)
            return _bridges.TryGetValue(id, out var members) ? [.. members] : null;
    }

    /// <summary>Waits until something is so.</summary>
    public Task Until(Func<bool> isSo, string what) => Support.Until.True(isSo, what, saw: () => Requests);

    public Task UntilListened(int listeners = 1) => Until(() => Listeners == listeners, $"{listeners} sockets");

    public async ValueTask DisposeAsync()
    {
        CutSockets();
        await _app.DisposeAsync();
    }

}
