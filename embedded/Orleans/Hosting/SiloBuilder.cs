using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansCalls.Embedded.Simulation;

namespace Orleans.Configuration
{
    /// <summary>The names of a cluster; there is only one silo here.</summary>
    public sealed class ClusterOptions
    {
        /// <summary>The cluster's id.</summary>
        public string ClusterId { get; set; } = "default";

        /// <summary>The service's id.</summary>
        public string ServiceId { get; set; } = "default";
    }

    /// <summary>Messages between grains.</summary>
    public sealed class SiloMessagingOptions
    {
        /// <summary>How long a caller waits for an answer. Default 30 s.</summary>
        public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
    }

    /// <summary>The end of idle activations.</summary>
    public sealed class GrainCollectionOptions
    {
        /// <summary>How long an activation may be idle. Default 15 minutes.</summary>
        public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

        /// <summary>How often it is looked for idle ones. Default 1 minute.</summary>
        public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);
    }
}

namespace Orleans.Hosting
{
    /// <summary>Sets a silo up.</summary>
    public interface ISiloBuilder
    {
        /// <summary>The host's services.</summary>
        IServiceCollection Services { get; }

        /// <summary>The host's configuration.</summary>
        IConfiguration Configuration { get; }
    }

    internal sealed record SiloBuilder(IServiceCollection Services, IConfiguration Configuration) : ISiloBuilder;

    /// <summary>Sets a silo up.</summary>
    public static class SiloBuilderExtensions
    {
        /// <summary>Adds services.</summary>
        public static ISiloBuilder ConfigureServices(this ISiloBuilder builder, Action<IServiceCollection> configure)
        {
            configure(builder.Services);
            return builder;
        }

        /// <summary>Sets options.</summary>
        public static ISiloBuilder Configure<TOptions>(this ISiloBuilder builder, Action<TOptions> configure)
            where TOptions : class => builder.ConfigureServices(services => services.Configure(configure));

        /// <summary>One silo on this machine, which is all there is here.</summary>
        public static ISiloBuilder UseLocalhostClustering(
            this ISiloBuilder builder,
            int siloPort = 11111,
            int gatewayPort = 30000,
            System.Net.IPEndPoint? primarySiloEndpoint = null,
            string serviceId = "dev",
            string clusterId = "dev") => builder.Configure<ClusterOptions>(options =>
            {
                options.ServiceId = serviceId;
                options.ClusterId = clusterId;
            });

        /// <summary>Traces go on from caller to grain; here they always do while somebody listens.</summary>
        public static ISiloBuilder AddActivityPropagation(this ISiloBuilder builder) => builder;

        /// <summary>Keeps states in memory.</summary>
        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name) => builder.ConfigureServices(
            services => services.AddKeyedSingleton<IGrainStorage>(
                name, (sp, _) => new MemoryGrainStorage(sp.GetService<IGrainStorageSerializer>())));

        /// <summary>Adds reminders; the table comes from elsewhere.</summary>
        public static ISiloBuilder AddReminders(this ISiloBuilder builder) =>
            builder.ConfigureServices(services => services.TryAddSingleton<LocalReminders>());

        /// <summary>Adds reminders that are kept in memory.</summary>
        public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder) =>
            builder.AddReminders().ConfigureServices(services => services.TryAddSingleton<IReminderTable, MemoryReminderTable>());
    }

    /// <summary>Adds a silo to a host.</summary>
    public static class OrleansSiloGenericHostExtensions
    {
        /// <summary>Adds a silo.</summary>
        public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
        {
            SiloServices.Add(hostAppBuilder.Services);
            configureDelegate(new SiloBuilder(hostAppBuilder.Services, hostAppBuilder.Configuration));
            return hostAppBuilder;
        }

        /// <summary>Adds a silo.</summary>
        public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
            hostBuilder.ConfigureServices((context, services) =>
            {
                SiloServices.Add(services);
                configureDelegate(new SiloBuilder(services, context.Configuration));
            });
    }

    internal static class SiloServices
    {
        public static void Add(IServiceCollection services)
        {
            services.AddLogging();
            services.AddOptions();
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<IExecutor, ThreadPoolExecutor>();
            services.TryAddSingleton(sp => new Silo(
                sp,
                sp.GetRequiredService<TimeProvider>(),
                sp.GetRequiredService<ILogger<Silo>>(),
                sp.GetRequiredService<IExecutor>(),
                new SiloSettings(
                    sp.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.ResponseTimeout,
                    sp.GetService<IMessageFaults>())));
            services.TryAddSingleton<IClusterClient>(sp => sp.GetRequiredService<Silo>().Factory);
            services.TryAddSingleton<IGrainFactory>(sp => sp.GetRequiredService<Silo>().Factory);
            services.AddHostedService<SiloHost>();
        }
    }
}

namespace Orleans.Runtime.Hosting
{
    /// <summary>Adds storages by name.</summary>
    public static class StorageProviderExtensions
    {
        /// <summary>Adds a storage under a name.</summary>
        public static IServiceCollection AddGrainStorage<T>(
            this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
            where T : IGrainStorage =>
            collection.AddKeyedSingleton<IGrainStorage>(name, (sp, key) => implementationFactory(sp, (string)key!));
    }
}
