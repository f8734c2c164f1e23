using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage.Sqlite;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>Files and settings with which the service does not start, and says why.</summary>
[Collection(SharedServer.Name)]
public sealed class SqliteStartTests(PostgresServer server)
{
    [Fact]
    public async Task Start_NewerSchema_IsRefusedAndLeftAlone()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await rig.Stop();
        using (var outside = rig.Outside())
            SqliteTests.Run(outside, "PRAGMA user_version = 99");
        var refused = await Assert.ThrowsAsync<SettingException>(rig.Start);
        Assert.Contains("schema 99", Assert.Single(refused.Sentences), StringComparison.Ordinal);
        using (var outside = rig.Outside())
            SqliteTests.Run(outside, $"PRAGMA user_version = {SqliteSchema.Version}");
        await rig.Start();
    }

    [Fact]
    public async Task Start_AnotherProgramsDatabase_IsRefused()
    {
        await using var rig = await Rig.Create(StoreKind.Sqlite, server);
        Directory.CreateDirectory(rig.Folder);
        using (var outside = rig.Outside())
            SqliteTests.Run(outside, "CREATE TABLE theirs (x)");
        await Refused(rig, "another program");
    }

    [Fact]
    public async Task Start_DamagedFile_IsRefused()
    {
        await using var rig = await Rig.Create(StoreKind.Sqlite, server);
        Directory.CreateDirectory(rig.Folder);
        await File.WriteAllTextAsync(
            Path.Combine(rig.Folder, "calls.db"), string.Concat(Enumerable.Repeat("not a database ", 1000)));
        await Refused(rig, "cannot be used");
    }

    /// <summary>Cut short anywhere, or with one bit turned in the head of any page.</summary>
    [Fact]
    public async Task Start_FileThatWasWhole_AndIsNotNow_IsRefused_AndServedAgainWhenItIs()
    {
        const int page = 4_096;
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        for (var i = 0; i < 300; i++)
            await rig.Write(Samples.User($"u{i}"), new GrainState<StoredUser> { State = Samples.With($"token {i}") });
        await rig.Stop();
        var file = Path.Combine(rig.Folder, "calls.db");
        var whole = await File.ReadAllBytesAsync(file);
        for (var length = page; length < whole.Length; length += 7 * page / 2)
            await IsRefused(whole[..length], $"cut at {length}");
        for (var at = page; at < whole.Length; at += page)
        {
            var turned = whole.ToArray();
            // Its kind, or how many rows it has.
            turned[at + (at / page % 2 == 0 ? 0 : 4)] ^= 0x04;
            await IsRefused(turned, $"turned at {at}");
        }

        await File.WriteAllBytesAsync(file, whole);
        await rig.Start();
        Assert.Equal("token 7", (await rig.Read(Samples.User("u7"))).State.Token());

        async Task IsRefused(byte[] bytes, string how)
        {
            await File.WriteAllBytesAsync(file, bytes);
            var refused = await Record.ExceptionAsync(rig.Start);
            Assert.True(
                refused is SettingException { Sentences: var said }
                    && said.Single().StartsWith("Storage__Path: the database", StringComparison.Ordinal),
                $"{how}: {refused?.Message}");
        }
    }

    [Fact]
    public async Task Start_FileThatAnotherProgramHasLocked_IsRefused()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await rig.Stop();
        using var outside = rig.Outside();
        SqliteTests.Run(outside, "PRAGMA locking_mode = EXCLUSIVE");
        SqliteTests.Run(outside, "BEGIN EXCLUSIVE");
        await Refused(rig, "locked");
    }

    [Fact]
    public async Task Start_FolderInUse_IsRefused()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await using var second = Rig.Create(new() { ["Storage:Path"] = rig.Folder });
        await Refused(second, "in use");
        await rig.Write(Samples.User("alice"), new GrainState<StoredUser> { State = Samples.With("x") });
    }

    [Fact]
    public async Task Start_PathIsAFile_IsRefused()
    {
        var file = Path.GetTempFileName();
        await using var rig = Rig.Create(new() { ["Storage:Path"] = file });
        await Refused(rig, file);
        File.Delete(file);
    }

    [Theory]
    [InlineData("Storage:Synchronous", "off")]
    [InlineData("Storage:Path", " ")]
    [InlineData("Storage:StartTimeoutSeconds", "-1")]
    [InlineData("History:RetentionDays", "0")]
    [InlineData("Silo:Port", "70000")]
    [InlineData("Silo:CollectionAgeSeconds", "1")]
    public async Task Start_WrongSetting_IsNamed(string setting, string value)
    {
        await using var rig = await Rig.Create(StoreKind.Sqlite, server);
        await using var wrong = Rig.Create(new() { ["Storage:Path"] = rig.Folder, [setting] = value });
        await Refused(wrong, setting.Replace(":", "__", StringComparison.Ordinal));
    }

    private static async Task Refused(Rig rig, string words)
    {
        var refused = await Assert.ThrowsAsync<SettingException>(rig.Start);
        var sentence = Assert.Single(refused.Sentences);
        Assert.Contains(words, sentence, StringComparison.Ordinal);
        Assert.Contains("__", sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
    }
}
