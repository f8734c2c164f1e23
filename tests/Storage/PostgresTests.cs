using Npgsql;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>What is special to PostgreSQL.</summary>
[Collection(SharedServer.Name)]
public sealed class PostgresTests(PostgresServer server)
{
    private static async Task<object?> Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static Rig On(string database, int timeout = 60) => Rig.Create(new()
    {
        ["ConnectionStrings:Postgres"] = database,
        ["Storage:StartTimeoutSeconds"] = $"{timeout}",
    });

    private static async Task<string> Refused(Rig rig)
    {
        var refused = await Assert.ThrowsAsync<SettingException>(rig.Start);
        var sentence = Assert.Single(refused.Sentences);
        Assert.StartsWith("ConnectionStrings__Postgres", sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        return sentence;
    }

    [Need(Need.Postgres)]
    public async Task Schema_ManyStartsAtOnce_AppliedOnce()
    {
        var database = await server.CreateDatabase();
        var rigs = Enumerable.Range(0, 4).Select(_ => On(database)).ToArray();
        await Task.WhenAll(rigs.Select(rig => rig.Start()));
        Assert.Equal((long)PostgresSchema.Version, await Run(database, "SELECT count(*) FROM orleanscalls_schema"));
        foreach (var rig in rigs)
            await rig.DisposeAsync();
    }

    [Need(Need.Postgres)]
    public async Task Start_NewerSchema_IsRefusedAndLeftAlone()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        await rig.Stop();
        await Run(database, "INSERT INTO orleanscalls_schema (version) VALUES (99)");
        Assert.Contains("schema 99", await Refused(rig), StringComparison.Ordinal);
        await Run(database, "DELETE FROM orleanscalls_schema WHERE version = 99");
        await rig.Start();
    }

    [Need(Need.Postgres)]
    public async Task Start_TablesOfAnother_AreRefusedAndLeftAlone()
    {
        var database = await server.CreateDatabase();
        await Run(database, "CREATE TABLE OrleansQuery (QueryKey varchar(64), QueryText varchar(8000))");
        await using var rig = On(database);
        Assert.Contains("not ours", await Refused(rig), StringComparison.Ordinal);
        Assert.Equal(0L, await Run(database, "SELECT count(*) FROM OrleansQuery"));
        Assert.Equal(DBNull.Value, await Run(database, "SELECT to_regclass('orleanscalls_schema')::text"));
    }

    [Need(Need.Postgres)]
    public async Task Start_NoSuchDatabase_IsRefusedAtOnce()
    {
        await server.Start();
        await using var rig = On(server.ConnectionString("nothere"), timeout: 3600);
        Assert.Contains("nothere", await Refused(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NobodyListens_IsRefusedWhenTheTimeIsUp()
    {
        await using var nobody = new Nobody();
        await using var rig = On($"Host=127.0.0.1;Port={nobody.Port};Username=calls;Password=hush;Database=x", timeout: 0);
        var sentence = await Refused(rig);
        Assert.Contains("did not answer within 0 s", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", sentence, StringComparison.Ordinal);
    }

    [Need(Need.Postgres)]
    public async Task Start_DatabaseComesUpLater_WaitsForIt()
    {
        var late = new PostgresServer();
        try
        {
            await using var rig = On(late.ConnectionString("postgres"));
            var starting = rig.Start();
            Assert.False(starting.IsCompleted);
            await late.Start();
            await starting;
            await rig.Store.Probe();
        }
        finally
        {
            await late.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("postgres://calls:hush@db/calls")]
    [InlineData("Host=db;Passwort=hush")]
    [InlineData("Database=calls;Password=hush")]
    [InlineData("Host=db;Port=hush")]
    [InlineData("hush")]
    public async Task ConnectionString_ThatIsNone_IsRefusedWithoutRepeatingIt(string text)
    {
        await using var rig = On(text);
        Assert.DoesNotContain("hush", await Refused(rig), StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionString_Defaults_GiveWayToWhatIsGiven()
    {
        var plain = new NpgsqlConnectionStringBuilder(PostgresConnection.WithDefaults("Host=db"));
        Assert.Equal(32, plain.MaxAutoPrepare);
        Assert.Equal(32, plain.MaxPoolSize);
        Assert.Equal("orleans-calls", plain.ApplicationName);
        var given = new NpgsqlConnectionStringBuilder(
            PostgresConnection.WithDefaults("Host=db;max auto prepare=0;MaxPoolSize=100;Application Name=mine"));
        Assert.Equal(0, given.MaxAutoPrepare);
        Assert.Equal(100, given.MaxPoolSize);
        Assert.Equal("mine", given.ApplicationName);
    }

    [Need(Need.Postgres)]
    public async Task Start_RoleThatMayNotCreate_IsEnoughOnceTheSchemaIsThere()
    {
        var database = await server.CreateDatabase();
        await using (var first = On(database))
            await first.Start();
        var role = "r" + Guid.NewGuid().ToString("N");
        await Run(database, $"""
            CREATE ROLE {role} LOGIN;
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
            """);
        await using var rig = On(new NpgsqlConnectionStringBuilder(database) { Username = role }.ConnectionString);
        await rig.Start();
        await rig.Write(Samples.User("alice"), new GrainState<StoredUser> { State = Samples.With("x") });
        await rig.WriteHistory(Samples.Session("c1", Samples.Noon));
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.Equal("x", (await rig.Read(Samples.User("alice"))).State.Token());
    }

    /// <summary>The provider's hashes are part of the stored rows: a later version of the package must find them.</summary>
    [Need(Need.Postgres)]
    public async Task Rows_HaveTheProvidersHashes()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        await rig.Write(Samples.User("alice of wonderland"), new GrainState<StoredUser> { State = Samples.With("x") });
        Assert.Equal(
            "955188665 -1460946984 0 0 users/user id:alice of wonderland orleans-calls",
            await Run(database, """
                SELECT concat_ws(' ', grainidhash, graintypehash, grainidn0, grainidn1, graintypestring, grainidextensionstring, serviceid)
                FROM orleansstorage
                """));
    }

    /// <summary>A port that is taken and refuses everybody.</summary>
    private sealed class Nobody : IAsyncDisposable
    {
        private readonly System.Net.Sockets.Socket _socket = new(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp);

        internal Nobody() => _socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));

        internal int Port => ((System.Net.IPEndPoint)_socket.LocalEndPoint!).Port;

        public ValueTask DisposeAsync()
        {
            _socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
