using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.ReminderService;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Adds grain storage in a relational database.</summary>
public static class AdoNetGrainStorageSiloBuilderExtensions
{
    /// <summary>Under a name.</summary>
    public static ISiloBuilder AddAdoNetGrainStorage(
        this ISiloBuilder builder, string name, Action<AdoNetGrainStorageOptions> configureOptions) =>
        builder.AddAdoNetGrainStorage(name, options => options.Configure(configureOptions));

    /// <summary>Under a name, with options that need services.</summary>
    public static ISiloBuilder AddAdoNetGrainStorage(
        this ISiloBuilder builder, string name, Action<OptionsBuilder<AdoNetGrainStorageOptions>>? configureOptions = null)
    {
        configureOptions?.Invoke(builder.Services.AddOptions<AdoNetGrainStorageOptions>(name));
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new AdoNetGrainStorage(
            services.GetRequiredService<IOptionsMonitor<AdoNetGrainStorageOptions>>().Get(name),
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId));
        return builder;
    }
}

/// <summary>Adds reminders in a relational database.</summary>
public static class AdoNetReminderSiloBuilderExtensions
{
    /// <summary>Adds them.</summary>
    public static ISiloBuilder UseAdoNetReminderService(this ISiloBuilder builder, Action<AdoNetReminderTableOptions> configureOptions)
    {
        builder.AddReminders();
        builder.Services.Configure(configureOptions);
        builder.Services.AddSingleton<IReminderTable>(services => new AdoNetReminderTable(
            services.GetRequiredService<IOptions<AdoNetReminderTableOptions>>().Value,
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId));
        return builder;
    }
}
