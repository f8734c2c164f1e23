using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// A service of the test's own, and real clients that are gone before it is: left alone they would try to come back for ever.
/// </summary>
public abstract class SocketIoTestBase(params string[] settings) : IAsyncLifetime
{
    private readonly ConcurrentBag<SocketIoClient> _clients = [];

    /// <summary>What the service calls its own fault. There must be none, whatever clients do.</summary>
    protected LogCapture Log { get; } = new();

    protected Service Service { get; private set; } = null!;

    /// <summary>What clients say that they speak; null if they do not.</summary>
    protected virtual string? Dialect => null;

    public async Task InitializeAsync() => Service = await Service.Start(
        // Orleans says that messages find nobody while it stops.
        builder => builder.Logging.AddProvider(Log).AddFilter<LogCapture>((category, level) =>
            level >= LogLevel.Error && category?.StartsWith("Orleans.", StringComparison.Ordinal) != true),
        settings);

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await Service.DisposeAsync();
        Assert.Empty(Log.Lines);
    }

    protected async Task<SocketIoClient> Connect(string userId, string device = "phone", string? dialect = null) =>
        Keep(await SocketIoClient.Connect(Service, userId, device, dialect ?? Dialect));

    /// <summary>Begins to connect, with the options of <c>io(url, options)</c>.</summary>
    protected async Task<SocketIoClient> Open(object options) => Keep(await SocketIoClient.Open(Service, options));

    protected SocketIoClient Keep(SocketIoClient client)
    {
        _clients.Add(client);
        return client;
    }
}
