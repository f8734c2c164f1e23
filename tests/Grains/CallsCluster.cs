using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;

namespace OrleansCalls.Tests.Grains;

/// <summary>
/// The grains on Orleans' test cluster. Storage, history and pushes are kept outside the silo, so that they
/// outlive it and can be looked at and made to fail.
/// </summary>
public sealed class CallsCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly List<IGatewayObserver> _held = [];

    private CallsCluster(Action<IServiceCollection> services)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton<IGrainStorageSerializer, GrainStateSerializer>();
            silo.Services.AddGrainStorage("calls", (_, _) => Storage);
            silo.Services.AddGrainStorage("users", (_, _) => Storage);
            silo.Services.AddSingleton<ICallHistory>(History);
            silo.Services.AddSingleton<IOpenCallIndex>(Storage.OpenCalls);
            silo.Services.AddSingleton<IClusterMembers, TestMembers>();
            silo.Services.AddSingleton<IPushSender>(Pushes);
            services(silo.Services);
            silo.Services.AddCallGrains(new CallOptions { PairRings = 0, StartsPerMinute = 0, CalleesPerMinute = 0 });
        });
        _cluster = builder.Build();
    }

    public TestStorage Storage { get; } = new(new GrainStateSerializer());

    public TestHistory History => Storage.History;

    public TestPushes Pushes { get; } = new();

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<CallsCluster> Start(Action<IServiceCollection>? services = null)
    {
        var cluster = new CallsCluster(services ?? (_ => { }));
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Stops the silo and starts another on the same storage.</summary>
    public async Task Restart()
    {
        await _cluster.RestartSiloAsync(_cluster.Silos[0]);
        // The client finds the new silo when it looks for gateways again.
        await Until.Seen(Answer, answer => answer == "", "an answer of the new silo", TimeSpan.FromSeconds(60));

        async Task<string> Answer()
        {
            try
            {
                await Grains.GetUser("nobody").GetPresence();
                return "";
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                return exception.Message;
            }
        }
    }

    /// <summary>Connects a device; what it is told can be awaited.</summary>
    public async Task<TestDevice> Connect(string userId, string deviceId)
    {
        var device = new TestDevice(this, userId, deviceId);
        _held.Add(device);
        await device.Connect(Grains.CreateObjectReference<IGatewayObserver>(device));
        return device;
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
