using System.Reflection;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansCalls.Gateway.Admin;
using OrleansCalls.Gateway.Descriptions;
using OrleansCalls.Gateway.Dialects;
using OrleansCalls.Gateway.Telephone;

namespace OrleansCalls.Gateway;

/// <summary>Builds and runs the gateway: used by the program, and by tests in their own process.</summary>
public static class GatewayApp
{
    /// <summary>The version of programs, packages and clients, from <c>Directory.Build.props</c>.</summary>
    public static string Version => typeof(GatewayApp).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs the gateway until it is stopped. A wrong setting prints one sentence to standard error.</summary>
    /// <param name="args">As for <see cref="Create"/>.</param>
    /// <param name="configure">As for <see cref="Create"/>.</param>
    /// <returns>The exit code of the program.</returns>
    public static async Task<int> Run(string[] args, Action<WebApplicationBuilder>? configure = null) =>
        GrainHosting.RunCommand(args) ?? await GrainHosting.RunHost(() => Create(args, configure));

    /// <summary>Builds the gateway.</summary>
    /// <param name="args">Settings as command line arguments, such as <c>--urls=http://127.0.0.1:0</c>.</param>
    /// <param name="configure">Runs before the configuration is read. If it registers an <see cref="IGrainFactory"/> (of a
    /// client of another cluster), no silo is hosted here.</param>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                Args = args, ContentRootPath = AppContext.BaseDirectory, WebRootPath = PageSetup.FindWebRoot(),
            });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.AddDefaults();
        configure?.Invoke(builder);

        var (options, metrics) = SettingsReader.Read(builder.Configuration, settings => Add(builder, settings));
        var app = builder.Build();
        Map(app, metrics, options, builder.Environment.IsDevelopment());
        return app;
    }

    private static KeyValuePair<string, string?>[] Defaults => [new("Storage:Path", "./data")];

    private static (GatewayOptions Options, MetricsOptions Metrics) Add(WebApplicationBuilder builder, SettingsReader settings)
    {
        var development = builder.Environment.IsDevelopment();
        var (options, metrics) = (GatewayOptions.Read(settings, development), MetricsOptions.Read(settings));
        // Telemetry is registered before the services that it observes: what is registered first starts first and stops last.
        builder.AddTelemetry(settings);
        builder.Services.AddSingleton(options).AddSingleton(metrics);
        AddServices(builder, settings, options, development);
        if (builder.Services.All(s => s.ServiceType != typeof(IGrainFactory)))
            builder.AddGrains(settings, options.Silo);
        builder.ConfigureListening(metrics, options);
        return (options, metrics);
    }

    private static void AddServices(
        WebApplicationBuilder builder, SettingsReader settings, GatewayOptions options, bool development)
    {
        var cors = CorsOptions.Read(settings);
        var services = builder.Services;

        services.AddSingleton(IceOptions.Read(settings)).AddSingleton<IceServers>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICallIds, CallIds>();
        services.TryAddSingleton<ActionKeys>();
        services.AddSingleton<GrainRetry>().AddSingleton<CallCommands>().AddSingleton<UserCommands>()
            .AddSingleton<CallFinding>().AddSingleton<TimelineReader>()
            .AddSingleton<TestRingCommands>().AddSingleton<CommandGate>().AddSingleton<UserRates>();

        services.AddSingleton<ConnectionRegistry>().AddSingleton<PresenceWatches>().AddSingleton<PresencePolicy>()
            .AddSingleton<DrainState>();
        services.AddSingleton<ClusterChanges>()
            .AddSingleton<IClusterConnectionStatusObserver>(s => s.GetRequiredService<ClusterChanges>());
        services.AddSingleton<ClusterWatch>().AddHostedService(s => s.GetRequiredService<ClusterWatch>());
        services.AddSingleton<ResumeQueue>().AddHostedService<ConnectionResumer>();
        services.AddSingleton<GatewayObserver>().AddSingleton<GatewayIdentity>()
            .AddSingleton(s => new LocalNode(s.GetRequiredService<GatewayIdentity>().GatewayId)).AddSingleton<ConnectionOpener>();
        services.AddSingleton<ConnectionFactory>();
        services.AddSingleton<PresenceService>().AddHostedService(s => s.GetRequiredService<PresenceService>());
        services.AddHostedService<LeaseRenewal>().AddHostedService<DrainService>();

        services.AddPage();
        services.AddMetrics().AddSingleton<GatewayMetrics>();
        services.AddGatewayHealth();
        services.AddTokenAuth(
            AuthOptions.Read(settings, development ? () => DevelopmentKey.ReadOrCreate(builder.Configuration) : null),
            AdminOptions.Read(settings, development));
        services.AddCallHub(options);
        services.AddDialects(settings);
        services.AddTelephone(settings);
        services.AddApiDescription();
        services.Configure<JsonOptions>(json => WireJson.Apply(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddCors(all => all.AddDefaultPolicy(policy => policy.WithOrigins([.. cors.Origins])
            .AllowAnyHeader().AllowAnyMethod().AllowCredentials().WithExposedHeaders("Retry-After")));
    }

    private static void Map(WebApplication app, MetricsOptions metrics, GatewayOptions options, bool development)
    {
        app.UseMetrics(metrics);
        app.UseQueryTokens();
        app.UseMiddleware<Problems>();
        app.UseRootSocket();
        app.UsePage();
        var dashboard = app.HasDashboard();
        if (dashboard)
            app.UseDashboardPolicy();
        app.UseRouting();
        app.UsePathIds();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseStartGate();
        app.UseHandshakeGate();
        app.UseRequestGate();

        app.MapCallHub(options);
        app.MapHealth();
        app.MapApiDescription();
        if (options.DescriptionPage)
            app.MapDescriptionPage();
        if (development)
            app.MapDevTokens();
        var api = app.MapGroup("/api/v1").RequireAuthorization();
        api.MapCalls();
        api.MapUsers(development);
        api.MapTestRings();
        api.MapAdmin(dashboard);
        app.MapSignIn(app.Services.GetRequiredService<AdminOptions>());
        if (dashboard)
            app.MapDashboard();
        app.MapDialects();
    }
}
