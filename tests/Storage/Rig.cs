using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>A silo as it is shipped, on a database of its own; what grains are given, without a grain.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private IHost? _host;

    private Rig(Dictionary<string, string?> settings) => _settings = settings;

    /// <summary>The silo's wall clock.</summary>
    internal ShiftedTime Time { get; } = new();

    internal IServiceProvider Services => _host!.Services;

    internal ICallHistory History => Services.GetRequiredService<ICallHistory>();

    internal IOpenCallIndex OpenCalls => Services.GetRequiredService<IOpenCallIndex>();

    /// <summary>The reminder table, but for the one row of the silo's own.</summary>
    internal IReminderTable Reminders => new OthersReminders(Services.GetRequiredService<IReminderTable>());

    internal IStore Store => Services.GetRequiredService<IStore>();

    internal StoragePurge Purge => Services.GetServices<IHostedService>().OfType<StoragePurge>().Single();

    internal string Folder => _settings["Storage:Path"]!;

    /// <summary>Starts one on a new database.</summary>
    internal static async Task<Rig> Start(StoreKind kind, PostgresServer server)
    {
        var rig = await Create(kind, server);
        await rig.Start();
        return rig;
    }

    /// <summary>One that is not started yet.</summary>
    internal static async Task<Rig> Create(StoreKind kind, PostgresServer server) => Create(new()
    {
        ["Storage:Path"] = Path.Combine(Path.GetTempPath(), "orleanscalls-" + Guid.NewGuid().ToString("N")),
        ["ConnectionStrings:Postgres"] = kind == StoreKind.Postgres ? await server.CreateDatabase() : null,
    });

    internal static Rig Create(Dictionary<string, string?> settings)
    {
        // Two silos cannot have one port: the second is refused.
        settings.TryAdd("Silo:Port", "0");
        settings.TryAdd("Silo:GatewayPort", "0");
        return new Rig(settings);
    }

    internal async Task Start()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        SettingsReader.Read(builder.Configuration, builder.AddCallSilo);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            _host = host;
        }
        finally
        {
            if (_host is null)
                await ((IAsyncDisposable)host).DisposeAsync(); // a silo that never ran cannot be stopped
        }
    }

    internal async Task Stop()
    {
        var host = _host;
        _host = null;
        if (host is null)
            return;
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    internal async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>Opens the SQLite file beside whoever else has it.</summary>
    internal SqliteConnection Outside()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "calls.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    internal IGrainStorage Grains(string storage) => Services.GetRequiredKeyedService<IGrainStorage>(storage);

    /// <summary>What another activation of that grain would find.</summary>
    internal async Task<GrainState<StoredUser>> Read(GrainId grain, string storage = "users", string name = "user")
    {
        var state = new GrainState<StoredUser>();
        await Grains(storage).ReadStateAsync(name, grain, state);
        return state;
    }

    internal Task Write(GrainId grain, GrainState<StoredUser> state, string storage = "users", string name = "user") =>
        Grains(storage).WriteStateAsync(name, grain, state);

    /// <summary>The same for a call; what its state is made of is all one to the storage.</summary>
    internal Task<GrainState<StoredUser>> ReadCall(string callId) => Read(Samples.Call(callId), "calls", "call");

    internal Task WriteCall(string callId, GrainState<StoredUser> state) => Write(Samples.Call(callId), state, "calls", "call");

    internal Task WriteCall(string callId, GrainState<StoredCall> state) =>
        Grains("calls").WriteStateAsync("call", Samples.Call(callId), state);

    /// <summary>Writes an ended call's record to history, with a row of the call as its grain does.</summary>
    internal async Task WriteHistory(CallSession session)
    {
        var row = new GrainState<StoredCall>();
        await Grains("calls").ReadStateAsync("call", Samples.Call(session.Call.CallId), row);
        row.State = new StoredCall { IsInHistory = true, Session = session };
        await WriteCall(session.Call.CallId, row);
    }

    internal Task ClearCall(string callId, GrainState<StoredCall> state) =>
        Grains("calls").ClearStateAsync("call", Samples.Call(callId), state);

    /// <summary>Does something to the database as another program would.</summary>
    internal Task Run(string sql) => Scalar(sql);

    /// <summary>The same, with what it answers.</summary>
    internal async Task<object?> Scalar(string sql)
    {
        await using System.Data.Common.DbConnection connection =
            _settings["ConnectionStrings:Postgres"] is { } postgres ? new NpgsqlConnection(postgres) : Outside();
        if (connection.State != System.Data.ConnectionState.Open)
            await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await Stop();
        if (_settings.TryGetValue("Storage:Path", out var folder) && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Reminders but those of the sweep over open calls, which every silo sets when it starts.</summary>
internal sealed class OthersReminders(IReminderTable inner) : IReminderTable
{
    public async Task<ReminderTableData> ReadRows(GrainId grainId) => Others(await inner.ReadRows(grainId));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => Others(await inner.ReadRows(begin, end));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => await inner.ReadRow(grainId, reminderName);

    public async Task<string?> UpsertRow(ReminderEntry entry) => await inner.UpsertRow(entry);

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        inner.RemoveRow(grainId, reminderName, eTag);

    public Task TestOnlyClearTable() => inner.TestOnlyClearTable();

    private static ReminderTableData Others(ReminderTableData rows) =>
        new(rows.Reminders.Where(row => row.ReminderName != "sweep").ToList());
}
