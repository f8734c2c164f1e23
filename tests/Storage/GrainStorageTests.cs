using Orleans.Storage;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>What every grain storage here must do.</summary>
[Collection(SharedServer.Name)]
public sealed class GrainStorageTests(PostgresServer server)
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Read_NothingStored_GivesFreshState(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var state = await rig.Read(Samples.User("alice"));
        Assert.NotNull(state.State);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_ThenRead_GivesItBackWithItsEtag(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var state = new GrainState<StoredUser> { State = Samples.With("first") };
        await rig.Write(Samples.User("alice"), state);
        Assert.True(state.RecordExists);
        var first = state.ETag;
        state.State = Samples.With("second");
        await rig.Write(Samples.User("alice"), state);
        Assert.NotEqual(first, state.ETag);

        var found = await rig.Read(Samples.User("alice"));
        Assert.Equal("second", found.State.Token());
        Assert.Equal(state.ETag, found.ETag);
        Assert.True(found.RecordExists);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_StaleEtag_IsRefusedAndChangesNothing(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var grain = Samples.User("alice");
        await rig.Write(grain, new GrainState<StoredUser> { State = Samples.With("first") });
        var one = await rig.Read(grain);
        var other = await rig.Read(grain);
        one.State = Samples.With("winner");
        await rig.Write(grain, one);
        other.State = Samples.With("loser");
        var etag = other.ETag;
        await Assert.ThrowsAsync<InconsistentStateException>(() => rig.Write(grain, other));
        Assert.Equal(etag, other.ETag);
        Assert.Equal("winner", (await rig.Read(grain)).State.Token());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_ManyFirstWritesAtOnce_OneLandsAndTheRestAreRefused(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var round = 0; round < 10; round++)
        {
            var grain = Samples.User($"user{round}");
            using var barrier = new Barrier(8);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Factory.StartNew(
                async () =>
                {
                    var state = new GrainState<StoredUser> { State = Samples.With($"{writer}") };
                    barrier.SignalAndWait();
                    try
                    {
                        await rig.Write(grain, state);
                        return writer;
                    }
                    catch (InconsistentStateException)
                    {
                        return -1;
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            var winner = Assert.Single(outcomes, outcome => outcome >= 0);
            Assert.Equal($"{winner}", (await rig.Read(grain)).State.Token());
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Clear_WhatWasRead_LeavesNothingAndLetsItBeginAnew(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var grain = Samples.User("alice");
        var state = new GrainState<StoredUser> { State = Samples.With("first") };
        await rig.Write(grain, state);
        var stale = await rig.Read(grain);
        await rig.Write(grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => rig.Grains("users").ClearStateAsync("user", grain, stale));

        await rig.Grains("users").ClearStateAsync("user", grain, state);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
        Assert.False((await rig.Read(grain)).RecordExists);
        await rig.Grains("users").ClearStateAsync("user", grain, state);
        state.State = Samples.With("again");
        await rig.Write(grain, state);
        Assert.Equal("again", (await rig.Read(grain)).State.Token());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Write_Megabytes_ComeBackWhole(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var token = string.Concat(Enumerable.Repeat("0123456789abcdef\u00e9\u65e5", 200_000));
        await rig.Write(Samples.User("alice"), new GrainState<StoredUser> { State = Samples.With(token) });
        Assert.Equal(token, (await rig.Read(Samples.User("alice"))).State.Token());
    }

    /// <summary>The ADO.NET provider by itself takes the first seven of these for three rows.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Keys_ThatLookAlike_AreDifferentGrains(StoreKind kind)
    {
        string[] ids =
        [
            "ab", "AB", "0ab", "123", "0123", "6f9619ff8b86d011b42d00c04fc964ff", "6F9619FF8B86D011B42D00C04FC964FF", "ab+x",
            "a b", "o'neil", "o\"neil",
            "@user2:localhost", "日本", "é", "e\u0301", "🎉", "a/b", "%", "_", new string('x', 128),
        ];
        await using var rig = await Rig.Start(kind, server);
        foreach (var id in ids)
            await rig.Write(Samples.User(id), new GrainState<StoredUser> { State = Samples.With(id) });
        foreach (var id in ids)
            Assert.Equal(id, (await rig.Read(Samples.User(id))).State.Token());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Storages_AndStateNames_AreApart(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var grain = Samples.User("alice");
        await rig.Write(grain, new GrainState<StoredUser> { State = Samples.With("users") });
        await rig.WriteCall("alice", new GrainState<StoredUser> { State = Samples.With("calls") });
        await rig.Write(grain, new GrainState<StoredUser> { State = Samples.With("other") }, "users", "other");
        Assert.Equal("users", (await rig.Read(grain)).State.Token());
        Assert.Equal("calls", (await rig.ReadCall("alice")).State.Token());
        Assert.Equal("other", (await rig.Read(grain, "users", "other")).State.Token());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Restart_FindsStateAndEtag(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var state = new GrainState<StoredUser> { State = Samples.With("kept") };
        await rig.Write(Samples.User("alice"), state);
        await rig.Restart();
        Assert.Equal("kept", (await rig.Read(Samples.User("alice"))).State.Token());
        await rig.Write(Samples.User("alice"), state);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Purge_TakesOldCallsOnly(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        for (var i = 0; i < 3 * Pace.Most / 2; i++)
            await rig.WriteCall($"old{i}", new GrainState<StoredUser> { State = Samples.With("old") });
        await rig.Write(Samples.User("old0"), new GrainState<StoredUser> { State = Samples.With("user") });

        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.True((await rig.ReadCall("old0")).RecordExists);

        rig.Time.Shift = TimeSpan.FromHours(48.9);
        await rig.Purge.PurgeOnce(CancellationToken.None);
        Assert.True((await rig.ReadCall("old0")).RecordExists);

        rig.Time.Shift = TimeSpan.FromHours(49.1);
        await rig.Purge.PurgeOnce(CancellationToken.None);
        for (var i = 0; i < 3 * Pace.Most / 2; i++)
            Assert.False((await rig.ReadCall($"old{i}")).RecordExists);
        Assert.True((await rig.Read(Samples.User("old0"))).RecordExists);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Purge_TakesUsersOfWhomOnlyMissedCallsAreKnown(StoreKind kind)
    {
        await using var rig = await Rig.Start(kind, server);
        var missed = new StoredUser
        {
            Missed = [new MissedCall { CallId = "c", CallerId = "pest", Media = CallMedia.Audio, At = Samples.Noon }],
        };
        var users = new Dictionary<string, StoredUser>
        {
            ["nobody"] = missed,
            ["acked"] = missed with { AckedUpTo = Samples.Noon.AddDays(-1) },
            ["seen"] = missed with { LastSeen = Samples.Noon },
            ["blocking"] = missed with { Settings = new UserSettings { Blocked = ["pest"] } },
            ["quiet"] = missed with { Settings = new UserSettings { DoNotDisturb = true } },
            ["waiting"] = missed with { Settings = new UserSettings { CallWaiting = true } },
            ["device"] = Samples.With("token") with { Missed = missed.Missed },
        };
        foreach (var (id, user) in users)
            await rig.Write(Samples.User(id), new GrainState<StoredUser> { State = user });

        rig.Time.Shift = TimeSpan.FromDays(6.9);
        await PurgeAll();
        Assert.True((await rig.Read(Samples.User("nobody"))).RecordExists);
        rig.Time.Shift = TimeSpan.FromDays(7.1);
        await PurgeAll();
        foreach (var id in users.Keys)
            Assert.Equal(id != "nobody", (await rig.Read(Samples.User(id))).RecordExists);

        async Task PurgeAll()
        {
            for (var part = 0; part < Silo.Storage.Postgres.PostgresStore.UserParts; part++)
                await rig.Store.PurgeUnknownUsers(rig.Time.GetUtcNow() - CallLimits.KeptForUnknown, CancellationToken.None);
        }
    }
}
