using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Edge;

/// <summary>Bad input gets its typed error and changes nothing.</summary>
public sealed class RefusalTests : IClassFixture<RefusalTests.Shared>
{
    private readonly Service _service;

    public RefusalTests(Shared shared) => _service = shared.Service;

    public static TheoryData<string, string, string> BadArguments => new()
    {
        { "StartCall", """{"calleeIds":[],"media":"audio"}""", "invalid_argument" },
        { "StartCall", """{"media":"audio"}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["bob"]}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["bob"],"media":"smell"}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["zoe"],"media":"audio"}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["bob","bob"],"media":"audio"}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["a\u0000b"],"media":"audio"}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["bob"],"media":"audio","callId":"no spaces"}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["bob"],"media":"audio","ringSeconds":9}""", "invalid_argument" },
        { "StartCall", """{"calleeIds":["bob"],"media":"audio","ringSeconds":181}""", "invalid_argument" },
        { "StartCall", $$"""{"calleeIds":["{{new string('x', 129)}}"],"media":"audio"}""", "invalid_argument" },
        { "StartCall",
            $$"""{"calleeIds":[{{string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"u{i}\""))}}],"media":"audio"}""",
            "invalid_argument" },
        { "StartCall",
            $$$"""{"calleeIds":["bob"],"media":"audio","metadata":{"big":"{{{new string('x', 5000)}}}"}}""", "too_large" },
        { "StartCall",
            $$$"""{"calleeIds":["bob"],"media":"audio","offer":{"type":"offer","sdp":"{{{new string('x', 65537)}}}"}}""",
            "too_large" },
        { "StartCall", """{"calleeIds":["bob"],"media":"audio","metadata":{"deep":{"x":1}}}""", "invalid_argument" },
        { "StartCall", "\"not an object\"", "invalid_argument" },
        { "AcceptCall", """{"callId":"unknown"}""", "not_found" },
        { "EndCall", """{"callId":"unknown-too"}""", "not_found" },
        { "AcceptCall", "{}", "invalid_argument" },
        { "SendSignal", """{"callId":"unknown","kind":"smoke","payload":1}""", "invalid_argument" },
        { "GetHistory", """{"limit":101}""", "invalid_argument" },
        { "SetPushToken", """{"provider":"fcm","token":""}""", "invalid_argument" },
        { "WatchPresence",
            $$"""{"userIds":[{{string.Join(',', Enumerable.Range(0, 201).Select(i => $"\"u{i}\""))}}]}""", "invalid_argument" },
    };

    [Theory]
    [MemberData(nameof(BadArguments))]
    public async Task HubMethod_BadArgument_IsRefusedWithItsCode(string method, string argument, string code)
    {
        await using var zoe = await _service.Connect("zoe", "z1");
        var refusal = await zoe.Refused(method, JsonNode.Parse(argument));
        Assert.Contains($"{code}: ", refusal, StringComparison.Ordinal);
        Assert.Empty((await zoe.Call("GetOpenCalls"))!.AsArray());
    }

    [Fact]
    public async Task HubMethod_Unknown_IsAnErrorAndTheSocketStays()
    {
        await using var zoe = await _service.Connect("zoe", "z2");
        await zoe.Refused("NoSuchMethod", new { });
        Assert.NotNull(await zoe.Call("GetOpenCalls"));
    }

    [Theory]
    [InlineData("this is not json")]
    [InlineData("{\"type\":1,\"target\":")]
    [InlineData("[1,2,3]")]
    public async Task HubFrame_Malformed_ClosesOnlyItsOwnSocket(string frame)
    {
        await using var good = await _service.Connect("good", "g1");
        using var bad = await RawHub.Connect(_service.Address, Service.Token("bad"), "x1");
        await bad.Send([.. Encoding.UTF8.GetBytes(frame), 0x1e]);
        await bad.Closed();
        Assert.NotNull(await good.Call("GetOpenCalls"));
    }

    [Fact]
    public async Task HubFrame_OfAMegabyte_ClosesItsSocket()
    {
        using var bad = await RawHub.Connect(_service.Address, Service.Token("bad"), "x2");
        await bad.Send(Encoding.UTF8.GetBytes(new string('x', 1024 * 1024)));
        await bad.Closed();
    }

    [Fact]
    public async Task Stranger_CommandsACall_IsForbiddenAndNothingChanges()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var bob = await _service.Connect("bob", "b1");
        await using var mallory = await _service.Connect("mallory", "m1");
        await alice.Call("StartCall", new { callId = "private", calleeIds = new[] { "bob" }, media = "audio" });
        await bob.Hears("CallIncoming");

        foreach (var method in new[]
        {
            "AckRinging", "AcceptCall", "ReadyCall", "RejectCall", "EndCall", "SilenceCall", "RequestOffer",
            "MoveCall", "GetCall",
        })
            Assert.Contains("forbidden: ", await mallory.Refused(method, new { callId = "private" }), StringComparison.Ordinal);
        Assert.Contains(
            "forbidden: ",
            await mallory.Refused("SendSignal", new { callId = "private", kind = "custom", payload = 1, fromUserId = "alice" }),
            StringComparison.Ordinal);
        Assert.Contains(
            "conflict: ",
            await mallory.Refused("StartCall", new { callId = "private", calleeIds = new[] { "bob" }, media = "audio" }),
            StringComparison.Ordinal);

        Assert.Equal("ringing", (string?)(await alice.Call("GetCall", new { callId = "private" }))!["state"]);
        Assert.DoesNotContain("SignalReceived", bob.Rest());
        await alice.Call("EndCall", new { callId = "private" });
        Assert.Contains("ended: ", await bob.Refused("AcceptCall", new { callId = "private" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sockets_WithoutToken_ThousandsAtOnce_LeaveTheServiceUsable()
    {
        await using var alice = await _service.Connect("alice", "a9");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, _) =>
                await Assert.ThrowsAsync<WebSocketException>(() => HubClient.Connect(_service.Address, null, "d1")));
        Assert.NotNull(await alice.Call("GetOpenCalls"));
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Service = await Service.Start("Gateway:MessagesPerSecond=10000", "Gateway:MessageBurst=10000");

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
