using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Webhooks;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>Webhooks as a silo has them, and what is sent through them.</summary>
internal static class Hooks
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static ServiceProvider Silo(TimeProvider time, ILoggerProvider? logs, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.GroupBy(setting => setting.Name).Select(
                same => KeyValuePair.Create("Webhooks:" + same.Key, (string?)same.Last().Value))).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(logs is null ? LogLevel.None : LogLevel.Trace);
            if (logs is not null)
                logging.AddProvider(logs);
        }).AddMetrics();
        services.AddSingleton(time);
        return SettingsReader.Read(configuration, services.AddWebhooks).BuildServiceProvider();
    }

    internal static ServiceProvider Silo(
        FakeReceiver receiver, TimeProvider? time = null, params (string Name, string Value)[] more) => Silo(
        time ?? TimeProvider.System, null,
        [("Url", receiver.Events), ("AuthorizeUrl", receiver.Questions), ("Secret", FakeReceiver.Secret), .. more]);

    internal static IWebhookSender Sender(this IServiceProvider silo) => silo.GetRequiredService<IWebhookSender>();

    internal static ICallAuthorizer Authorizer(this IServiceProvider silo) => silo.GetRequiredService<ICallAuthorizer>();

    /// <summary>Sends; time that is made to stand has to be moved by whoever waits.</summary>
    internal static Task<WebhookResult> Send(this IServiceProvider silo, WebhookEvent? what = null) =>
        TestTime.Alone(() => silo.Sender().Send(what ?? Event()));

    internal static async Task<HealthStatus> Health(this IServiceProvider silo) =>
        (await silo.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["webhooks"].Status;

    internal static Call Call(string callId = "c1", long seq = 3) => new()
    {
        CallId = callId,
        Caller = new Caller { Id = "@alice:home", Name = "Älice \"A\"", DeviceId = "a1" },
        Media = CallMedia.Video,
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("room", "1"),
        State = CallPhase.Ended,
        RingUntil = new DateTimeOffset(2026, 1, 31, 12, 1, 0, 5, TimeSpan.Zero),
        CreatedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
        EndReason = EndReason.NoAnswer,
        Seq = seq,
        Legs = [new Leg { UserId = "bob", State = LegPhase.Missed }],
    };

    internal static WebhookEvent Event(
        string callId = "c1", long seq = 3, string type = WebhookTypes.Missed, string? userId = "bob") => new()
    {
        Type = type, UserId = userId, CreatedAt = new DateTimeOffset(2026, 1, 31, 12, 1, 0, 7, TimeSpan.Zero),
        Call = Call(callId, seq),
    };
}

/// <summary>Every word that is logged.</summary>
internal sealed class Words : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _said = new();

    public string All => string.Join('\n', _said);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _said.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
