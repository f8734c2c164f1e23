using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>What is special to one silo of a test cluster.</summary>
public sealed class InProcessTestSiloSpecificOptions
{
    /// <summary>The silo's name.</summary>
    public string SiloName { get; init; } = "Primary";
}

/// <summary>A running silo of a test cluster.</summary>
public sealed class InProcessSiloHandle
{
    internal InProcessSiloHandle(IHost host) => SiloHost = host;

    /// <summary>The silo's host.</summary>
    public IHost SiloHost { get; }

    /// <summary>The silo's services.</summary>
    public IServiceProvider ServiceProvider => SiloHost.Services;
}

/// <summary>Sets a test cluster up. However many silos are asked for, there is one: the stand-in has no clusters.</summary>
public sealed class InProcessTestClusterBuilder(short initialSilosCount = 1)
{
    private readonly List<Action<InProcessTestSiloSpecificOptions, ISiloBuilder>> _configureSilo = [];
    private readonly List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> _configureHost = [];

    /// <summary>How many silos were asked for.</summary>
    public short InitialSilosCount => initialSilosCount;

    /// <summary>Sets each silo up.</summary>
    public InProcessTestClusterBuilder ConfigureSilo(Action<InProcessTestSiloSpecificOptions, ISiloBuilder> configureSiloDelegate)
    {
        _configureSilo.Add(configureSiloDelegate);
        return this;
    }

    /// <summary>Sets the host of each silo up.</summary>
    public InProcessTestClusterBuilder ConfigureSiloHost(
        Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder> configureSiloHostDelegate)
    {
        _configureHost.Add(configureSiloHostDelegate);
        return this;
    }

    /// <summary>The cluster, not started yet.</summary>
    public InProcessTestCluster Build() => new(() =>
    {
        var options = new InProcessTestSiloSpecificOptions();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        foreach (var configure in _configureHost)
            configure(options, builder);
        builder.UseOrleans(silo =>
        {
            foreach (var configure in _configureSilo)
                configure(options, silo);
        });
        return builder.Build();
    });
}

/// <summary>A silo for tests.</summary>
public sealed class InProcessTestCluster : IAsyncDisposable
{
    private readonly Func<IHost> _newHost;
    private InProcessSiloHandle? _silo;

    internal InProcessTestCluster(Func<IHost> newHost) => _newHost = newHost;

    /// <summary>The way into the grains.</summary>
    public IClusterClient Client => GetSiloServiceProvider().GetRequiredService<IClusterClient>();

    /// <summary>The running silo, or none.</summary>
    public IReadOnlyList<InProcessSiloHandle> Silos => _silo is null ? [] : [_silo];

    /// <summary>Starts it.</summary>
    public async Task DeployAsync()
    {
        _silo = new InProcessSiloHandle(_newHost());
        await _silo.SiloHost.StartAsync();
    }

    /// <summary>The silo's services.</summary>
    public IServiceProvider GetSiloServiceProvider() =>
        _silo?.ServiceProvider ?? throw new InvalidOperationException("The silo is not running.");

    /// <summary>Stops the silo in good order.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle instance)
    {
        await instance.SiloHost.StopAsync();
        instance.SiloHost.Dispose();
        _silo = null;
    }

    /// <summary>Ends the silo as a crash does.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance)
    {
        foreach (var host in instance.ServiceProvider.GetServices<IHostedService>().OfType<Runtime.SiloHost>())
            host.Kill(answerCallers: true);
        _silo = null;
        return Task.CompletedTask;
    }

    /// <summary>Stops the silo in good order and starts another.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        await StopSiloAsync(instance);
        await DeployAsync();
        return _silo;
    }

    /// <summary>Starts another silo when there is none.</summary>
    public async Task<InProcessSiloHandle> StartAdditionalSiloAsync()
    {
        if (_silo is null)
            await DeployAsync();
        return _silo!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_silo is { } silo)
            await StopSiloAsync(silo);
    }
}
