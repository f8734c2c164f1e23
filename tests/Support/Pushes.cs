using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Support;

/// <summary>What the tests send, and the senders they send it through.</summary>
public static class Pushes
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static PushMessage Ring(string token = "t1", PushProvider provider = PushProvider.Fcm, double seconds = 60) => new()
    {
        Type = PushType.CallIncoming,
        UserId = "bob",
        DeviceId = "phone",
        Provider = provider,
        Token = token,
        CallId = "c1",
        CallerId = "@alice:home",
        CallerName = "Älice \"A\"",
        Media = CallMedia.Video,
        ActionToken = "act1.k.c.m",
        RingUntil = new DateTimeOffset(2026, 1, 31, 12, 1, 0, 5, TimeSpan.Zero),
        TimeToLive = TimeSpan.FromSeconds(seconds),
    };

    /// <summary>The senders as a silo has them, with these settings.</summary>
    public static ServiceProvider Silo(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.GroupBy(setting => setting.Name).Select(
                same => KeyValuePair.Create("Push:" + same.Key, (string?)same.Last().Value))).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None)).AddMetrics();
        services.AddSingleton(TimeProvider.System);
        return SettingsReader.Read(configuration, services.AddPush).BuildServiceProvider();
    }

    public static ServiceProvider Silo(FakeFcm fcm, params (string Name, string Value)[] more) =>
        Silo([("Fcm:CredentialsFile", fcm.CredentialsFile), ("Fcm:Endpoint", fcm.Address), .. more]);

    public static ServiceProvider Silo(FakeApns apns, params (string Name, string Value)[] more) => Silo(
    [
        ("Apns:KeyFile", apns.KeyFile), ("Apns:KeyId", FakeApns.KeyId), ("Apns:TeamId", FakeApns.TeamId),
        ("Apns:BundleId", FakeApns.BundleId),
        ("Apns:Endpoint", apns.Address), .. more,
    ]);

    public static Task<PushResult> Push(
        this ServiceProvider silo, PushMessage message, CancellationToken cancellation = default) =>
        silo.GetRequiredService<IPushSender>().Send(message, cancellation).WaitAsync(Patience, CancellationToken.None);
}
