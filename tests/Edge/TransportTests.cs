using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Connections;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// The hub over SignalR's other transports, with Microsoft's client: all that holds over WebSockets holds there.
/// </summary>
public sealed class TransportTests
{
    private const string All = "Gateway:Transports=websockets,server_sent_events,long_polling";

    public static TheoryData<HttpTransportType> Transports =>
        [HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling, HttpTransportType.WebSockets];

    [Theory, MemberData(nameof(Transports))]
    public async Task Call_RunsItsCourse_AndIsResumed(HttpTransportType transport)
    {
        await using var service = await Service.Start(All);
        await using var alice = await Connect(service, "alice", "a1", transport);
        var bob = await Connect(service, "bob", "b1", transport);
        await alice.Call(
            "StartCall",
            new
            {
                callId = "t1", calleeIds = new[] { "bob" }, media = "audio",
                offer = new { type = "offer", sdp = new string('s', 60_000) },
            });
        Assert.Equal(60_000, ((string?)(await bob.Hears("CallIncoming", "t1"))["offer"]!["sdp"])!.Length);
        await bob.Call("AckRinging", new { callId = "t1" });
        var rang = (long)(await alice.Hears("CallProgress", "t1"))["seq"]!;

        bob.Vanish();
        await bob.DisposeAsync();
        await using var back = await Connect(service, "bob", "b1", transport, $"&seqs=t1:{rang}");
        await back.Call("AcceptCall", new { callId = "t1" });
        await alice.Hears("CallAccepted", "t1");
        for (var i = 0; i < 20; i++)
            await alice.Call("SendSignal", new { callId = "t1", kind = "candidate", payload = i });
        for (var i = 0; i < 20; i++)
            Assert.Equal(i, (int)(await back.Hears("SignalReceived", "t1"))["payload"]!);
        await alice.Call("EndCall", new { callId = "t1" });
        Assert.Equal("completed", (string?)(await back.Hears("CallEnded", "t1"))["reason"]);
        Assert.StartsWith(
            "not_found", (await back.Refused("GetCall", new { callId = "nothing" })).Split("HubException: ")[^1],
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task NewerConnection_DisplacesTheOlder_WhateverItsTransport(HttpTransportType transport)
    {
        await using var service = await Service.Start(All);
        await using var older = await Connect(service, "alice", "a1", transport);
        await using var newer = await Connect(service, "alice", "a1", HttpTransportType.WebSockets);
        await older.Hears("Displaced");
        await older.Closed;
        await using var newest = await Connect(service, "alice", "a1", transport);
        await newer.Hears("Displaced");
        Assert.NotNull(await newest.Call("GetOpenCalls"));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Connection_IsClosed_WhenItsTokenExpires(HttpTransportType transport)
    {
        await using var service = await Service.Start(All, "Auth:ClockSkewSeconds=0");
        var token = Service.Sign(new JsonObject
        {
            ["iss"] = "orleans-calls", ["aud"] = "orleans-calls", ["sub"] = "brief",
            ["exp"] = TimeProvider.System.GetUtcNow().AddSeconds(6).ToUnixTimeSeconds(),
        });
        await using var brief = await HubClient.Connect(service.Address, token, "d1", transport: transport);
        await brief.Closed;
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Drain_TellsWhoIsThere_CarriesTheirCommandsOut_AndRefusesNewcomers(HttpTransportType transport)
    {
        await using var service = await Service.Start(All, "Gateway:DrainSeconds=20");
        await using var alice = await Connect(service, "alice", "a1", transport);
        await alice.Call("StartCall", new { callId = "d1", calleeIds = new[] { "bob" }, media = "audio" });
        // It blocks whoever says so until it is done.
        var stopping = Task.Run(service.Stop);
        await alice.Hears("Reconnect");
        Assert.Equal("ended", (string?)(await alice.Call("EndCall", new { callId = "d1" }))!["state"]);
        await alice.Hears("CallEnded", "d1");
        await Assert.ThrowsAnyAsync<Exception>(() => Connect(service, "bob", "b1", transport));
        await alice.DisposeAsync();
        await stopping;
    }

    /// <summary>Polls and posts are not counted: a connection costs as much over any transport.</summary>
    [Theory, MemberData(nameof(Transports))]
    public async Task Limits_CountCommands_NotRequests(HttpTransportType transport)
    {
        await using var service = await Service.Start(All, "Gateway:MessageBurst=8", "Gateway:MessagesPerSecond=1");
        await using var alice = await Connect(service, "alice", "a1", transport);
        var admin = Service.Token("operator", null, "admin");
        for (var i = 0; i < 30; i++)
        {
            await service.Send(HttpMethod.Post, "/api/v1/admin/users/alice/notify", admin, new { type = "n", payload = i });
            Assert.Equal(i, (int)(await alice.Hears("NotificationReceived"))["payload"]!);
        }

        var refused = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            try
            {
                await alice.Call("GetOpenCalls");
                return false;
            }
            catch (Microsoft.AspNetCore.SignalR.HubException error)
            {
                Assert.Contains("rate_limited: ", error.Message, StringComparison.Ordinal);
                return true;
            }
        }));
        Assert.Contains(true, refused);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task MessageThatIsTooLarge_ClosesTheConnection(HttpTransportType transport)
    {
        await using var service = await Service.Start(All);
        await using var alice = await Connect(service, "alice", "a1", transport);
        await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(
            () => alice.Call("SendSignal", new { callId = "x", kind = "custom", payload = new string('x', 140_000) }));
        await alice.Closed;
    }

    [Theory]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task OtherTransports_AreOffByDefault(HttpTransportType transport)
    {
        await using var service = await Service.Start();
        await Assert.ThrowsAnyAsync<Exception>(() => Connect(service, "alice", "a1", transport));
        var (status, offer) = await service.Send(
            HttpMethod.Post, "/hubs/calls/negotiate?negotiateVersion=1", Service.Token("alice"));
        Assert.Equal((200, 1), (status, offer!["availableTransports"]!.AsArray().Count));
    }

    /// <summary>What a proxy needs to keep a connection's requests together, and not to hold them back.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("gateway-7")]
    public async Task Negotiation_NamesTheNode_IfItHasAName(string? node)
    {
        await using var service = await Service.Start(node is null ? [All] : [All, $"Gateway:Node={node}"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hubs/calls/negotiate?negotiateVersion=1");
        request.Headers.Authorization = new("Bearer", Service.Token("alice"));
        using var response = await service.Http.SendAsync(request);
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
        Assert.Equal(node, response.Headers.TryGetValues("X-Calls-Node", out var names) ? Assert.Single(names) : null);
        Assert.Equal(
            node is null ? null : $"calls-node={node}; path=/hubs; samesite=lax; httponly",
            response.Headers.TryGetValues("Set-Cookie", out var cookies) ? Assert.Single(cookies) : null);
    }

    /// <summary>Two processes without sticky sessions: the second knows nothing of a connection, and says so.</summary>
    [Fact]
    public async Task RequestOfAConnectionElsewhere_IsNotFound()
    {
        await using var service = await Service.Start(All);
        var (status, _) = await service.Send(HttpMethod.Get, "/hubs/calls?id=of-another-process", Service.Token("alice"));
        Assert.Equal(404, status);
    }

    private static async Task<HubClient> Connect(
        Service service, string userId, string device, HttpTransportType transport, string? query = null)
    {
        var client = await HubClient.Connect(service.Address, Service.Token(userId), device, query, transport);
        await client.Hears("OpenCalls");
        return client;
    }
}
