namespace OrleansCalls.Tests.Hostile;

/// <summary>Disks that are full, cannot be written to, or are somebody else's.</summary>
public sealed class DiskTests
{
    /// <summary>
    /// Everything that writes, while nothing can be written: a typed refusal, nothing told, nothing lost, few lines in the log.
    /// </summary>
    [NeedMount]
    public async Task FullDisk_RefusesWhatWrites_LosesNothing_AndGoesOnWhenThereIsRoom()
    {
        using var place = Place.WithDisk(16);
        await using var program = await Program.Start(
            place, ("Gateway__PatienceSeconds", "3"), ("Gateway__MessageBurst", "10000"));
        var phones = new Phones(program);
        await using var callee = await Hub.Connect(program.Address, Tokens.Of("callee"));
        Assert.Equal(
            200,
            await phones.Post(
                "caller", "/api/v1/calls", """{"callId":"before","calleeIds":["callee"],"media":"audio","ringSeconds":180}"""));
        await callee.Until(message => (string?)message["target"] == "CallIncoming");

        var ballast = place.Seen(program.Id, "ballast");
        Fill(ballast);
        for (var i = 0; ; i++)
        {
            Assert.InRange(i, 0, 2_000);
            if (await phones.Post($"filler-{i}", "/api/v1/calls", """{"calleeIds":["nobody"],"media":"audio"}""") != 200)
                break;
            Fill(ballast);
        }

        var lines = program.Log.Count;
        // At once: each is tried for some seconds before it is refused.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var (method, path, body) = Writes[i % Writes.Length];
            var (status, answer) = await phones.Send("callee", method, path, body);
            Assert.True(status == 503, $"{method} {path}: {status} {answer}");
            Assert.Contains("\"code\":\"unavailable\"", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        }));

        var said = program.Log.Skip(lines).ToList();
        Assert.True(said.Count <= 20, string.Join('\n', said));
        Assert.False(await program.IsReady());
        // A refusal may come while the last attempt is still under way; whoever asks the call itself waits behind it.
        await Until.Seen(
            async () => (await phones.Send("callee", HttpMethod.Get, "/api/v1/calls/during", null)).Status,
            status => status == 404,
            "attempts that have all failed");

        File.Delete(ballast);
        await Until.True(program.IsReady, "a service that is ready again");
        // As the refusal said: the same command may be sent again.
        await Until.Seen(
            () => phones.Post("callee", "/api/v1/calls/before/accept", "{}"), status => status == 200, "a call that is answered");
        Assert.Equal(200, await phones.Post("caller", "/api/v1/calls/before/end", "{}"));
        Assert.Equal(404, (await phones.Send("callee", HttpMethod.Get, "/api/v1/calls/during", null)).Status);
        Assert.Contains(
            "\"items\":[]", (await phones.Send("victim", HttpMethod.Get, "/api/v1/calls?state=open", null)).Answer,
            StringComparison.Ordinal);
        await callee.Until(message => (string?)message["target"] == "CallEnded");
    }

    private static (HttpMethod Method, string Path, string? Body)[] Writes =>
    [
        (HttpMethod.Post, "/api/v1/calls", """{"callId":"during","calleeIds":["victim"],"media":"audio"}"""),
        (HttpMethod.Post, "/api/v1/calls/before/accept", "{}"),
        (HttpMethod.Post, "/api/v1/calls/before/reject", "{}"),
        (HttpMethod.Put, "/api/v1/settings", """{"doNotDisturb":true}"""),
        (HttpMethod.Put, "/api/v1/devices/d/push-token", """{"provider":"fcm","token":"t"}"""),
    ];

    [NeedMount]
    public async Task FullDisk_AtTheStart_IsOneSentence()
    {
        using var place = Place.WithDisk(1, full: true);
        await AssertRefused(place, "full");
    }

    [NeedMount]
    public async Task Folder_ThatCannotBeWrittenTo_IsOneSentence()
    {
        using var place = Place.Of(owned: false);
        await AssertRefused(place.ReadOnly(), "Read-only file system");
        // One that was used before, where the lock is.
        await using (await Program.Start(place))
        {
        }

        var error = await AssertRefused(place.ReadOnly(), "Read-only file system");
        Assert.DoesNotContain("another process", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_OfAnotherProcess_IsRefused_AndThatOneGoesOn()
    {
        using var place = Place.Of(owned: false);
        await using var first = await Program.Start(place);
        await AssertRefused(place, "in use by another process");
        Assert.Equal(
            200, await new Phones(first).Post("caller", "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}"""));
    }

    [Fact]
    public async Task File_ThatWasCutShort_IsSaidAtTheStart_AndNotServed()
    {
        using var place = Place.Of(owned: false);
        await using (var program = await Program.Start(place))
        {
            for (var i = 0; i < 60; i++)
                await new Phones(program).Post($"caller-{i}", "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}""");
            program.Signal("TERM");
            Assert.Equal(0, await program.Ended());
        }

        var file = new FileInfo(Path.Combine(place.Folder, "calls.db"));
        using (var stream = file.Open(FileMode.Open))
            stream.SetLength(file.Length / 2);
        await AssertRefused(place, "calls.db");
    }

    private static async Task<string> AssertRefused(Place place, string words)
    {
        var (exitCode, error) = await Program.End(place, _ => Task.CompletedTask);
        Assert.Equal(1, exitCode);
        var sentence = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Storage__Path", sentence, StringComparison.Ordinal);
        Assert.Contains(words, sentence, StringComparison.Ordinal);
        return sentence;
    }

    // Until nothing fits any more.
    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4_096];
        try
        {
            while (true)
                stream.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
