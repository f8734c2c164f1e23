using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>What PostgreSQL does not take, or cannot take any more, fails those whom it concerns; then it goes on.</summary>
[Collection(SharedServer.Name)]
public sealed class PostgresFaultTests(PostgresServer server)
{
    private static Rig On(string database) => Rig.Create(new() { ["ConnectionStrings:Postgres"] = database });

    private static GrainState<StoredUser> State(string token) => new() { State = Samples.With(token) };

    private static async Task<object?> Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Neither what the server refuses (a null character) nor what the driver does (half a character).</summary>
    [NeedTheory(Need.Postgres)]
    [InlineData('\0')]
    [InlineData('\ud800')]
    public async Task Write_ThatIsNotTaken_TakesNoOtherOfItsBatchWithIt(char bad)
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        Task refusing;
        List<Task> good = [];
        await using (await HeldTables.Hold(database))
        {
            for (var i = 0; i < 20; i++)
                good.Add(rig.WriteCall($"before{i}", State("x")));
            refusing = rig.WriteHistory(Samples.Session($"bad{bad}id", Samples.Noon));
            for (var i = 0; i < 20; i++)
                good.Add(rig.WriteCall($"after{i}", Samples.Woken(Samples.Noon)));
        }

        await Task.WhenAll(good);
        var refused = await Assert.ThrowsAsync<OrleansException>(() => refusing);
        Assert.StartsWith("The database does not take this", refused.Message, StringComparison.Ordinal);
        Assert.True((await rig.ReadCall("before19")).RecordExists);
        Assert.Equal(20, (await rig.OpenCalls.List(100)).Length);
        await rig.WriteCall("later", State("x"));
    }

    [Need(Need.Postgres)]
    public async Task Stop_WritesWhatIsWaiting()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        Task waiting, closing;
        await using (await HeldTables.Hold(database))
        {
            waiting = Task.WhenAll(Enumerable.Range(0, 300).Select(i => rig.WriteCall($"c{i}", State("x"))));
            closing = rig.Store.Close();
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.WriteCall("late", State("x")));
            Assert.False(closing.IsCompleted);
        }

        await waiting;
        await closing;
        Assert.Equal(300L, await Run(database, "SELECT count(*) FROM calls"));
    }

    [Need(Need.Postgres)]
    public async Task Writes_BeyondWhatMayWait_AreRefused_AndTheRestIsWritten()
    {
        var database = await server.CreateDatabase();
        await using var rig = On(database);
        await rig.Start();
        Task[] all;
        await using (await HeldTables.Hold(database))
            all = [.. Enumerable.Range(0, 20_000).Select(i => rig.WriteCall($"c{i}", Samples.Woken(Samples.Noon)))];
        await Task.WhenAll(all.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
        var refused = all.Where(write => write.IsFaulted).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, write => Assert.IsType<StorageUnavailableException>(write.Exception!.InnerException));
        Assert.Equal(all.Length - refused.Count, (await rig.OpenCalls.List(int.MaxValue)).Length);
    }

    /// <summary>It goes from the silo that has the call to whoever asked, in other processes too.</summary>
    [Need(Need.Postgres)]
    public async Task Unavailable_ComesWholeToAnotherProcess()
    {
        await using var rig = await Rig.Start(StoreKind.Postgres, server);
        var serializer = rig.Services.GetRequiredService<Orleans.Serialization.Serializer>();
        Exception sent = new StorageUnavailableException("The database is away.");
        var received = serializer.Deserialize<Exception>(serializer.SerializeToArray(sent));
        Assert.IsType<StorageUnavailableException>(received);
        Assert.Equal(sent.Message, received.Message);
    }

    [Need(Need.Postgres)]
    public async Task DatabaseAway_FailsWhatWaits_AndComesBack()
    {
        var mortal = new PostgresServer();
        try
        {
            var database = await mortal.CreateDatabase();
            await using var rig = On(database);
            await rig.Start();
            var state = State("before");
            await rig.WriteCall("c1", state);
            var held = await HeldTables.Hold(database);
            var waiting = Enumerable.Range(0, 600).Select(i => rig.WriteCall($"c{i}", Samples.Woken(Samples.Noon))).ToList();
            await mortal.Stop();
            foreach (var write in waiting)
                await Assert.ThrowsAsync<StorageUnavailableException>(() => write);
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.WriteCall("c1", state));
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.ReadCall("c1"));
            await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.OpenCalls.List(1));
            await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await held.DisposeAsync());
            await mortal.Start();
            await rig.WriteCall("c1", state);
            Assert.Equal("2", (await rig.ReadCall("c1")).ETag);
        }
        finally
        {
            await mortal.DisposeAsync();
        }
    }
}
