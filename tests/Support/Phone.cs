using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansCalls.Client;

namespace OrleansCalls.Tests.Support;

/// <summary>A client and what it raised.</summary>
public sealed class Phone : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<OrleansCalls.Client.CallEvent> _events = Channel.CreateUnbounded<OrleansCalls.Client.CallEvent>();
    private readonly ConcurrentQueue<OrleansCalls.Client.CallEvent> _all = new();

    public Phone(Uri address, string userId, string deviceId, Func<CancellationToken, ValueTask<string>>? token = null)
    {
        Client = new OrleansCallsClient(new OrleansCallsClientOptions
        {
            Address = address,
            DeviceId = deviceId,
            Platform = "test",
            Token = token ?? (_ => ValueTask.FromResult(Service.Token(userId))),
        });
        Client.On<OrleansCalls.Client.CallEvent>(what =>
        {
            _all.Enqueue(what);
            _events.Writer.TryWrite(what);
        });
    }

    public OrleansCallsClient Client { get; }

    /// <summary>Everything that was raised so far.</summary>
    public IReadOnlyCollection<OrleansCalls.Client.CallEvent> All => _all;

    public static async Task<Phone> Start(Uri address, string userId, string deviceId)
    {
        var phone = new Phone(address, userId, deviceId);
        await phone.Client.StartAsync().WaitAsync(Patience);
        return phone;
    }

    /// <summary>The next event of this type that fits; those before it are skipped.</summary>
    public async Task<T> Next<T>(Func<T, bool>? fits = null)
        where T : OrleansCalls.Client.CallEvent
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                if (await _events.Reader.ReadAsync(patience.Token) is T found && fits?.Invoke(found) != false)
                    return found;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{typeof(T).Name} never came, only: {string.Join(", ", _all)}.");
        }
    }

    /// <summary>The numbers and names of what was raised for one call, in order.</summary>
    public string[] Of(string callId) =>
        [.. _all.Where(what => what.CallId == callId && what.Seq > 0).Select(what => $"{what.Seq} {what.GetType().Name}")];

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
