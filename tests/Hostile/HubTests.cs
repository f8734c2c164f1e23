using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>The hub's protocol, spoken by somebody with a good token who reads it otherwise than it is meant.</summary>
[Collection(OneProgram.Name)]
public sealed class HubTests(Shared shared)
{
    /// <summary>What was checked is what is acted on, however often a message names it.</summary>
    [Theory]
    [InlineData("""{"callId":"twice-own","callId":"twice-theirs"}""")]
    [InlineData("""{"callId":"twice-theirs","CallId":"twice-own"}""")]
    [InlineData("""{"callId":"twice-own","callid":"twice-theirs"}""")]
    public async Task CallNamedTwice_IsNotEndedByAStranger(string argument)
    {
        await shared.Post(
            "/api/v1/calls", Tokens.Of("twice-a"), """{"callId":"twice-theirs","calleeIds":["twice-b"],"media":"audio"}""");
        await shared.Post(
            "/api/v1/calls", Tokens.Of("twice-eve"), """{"callId":"twice-own","calleeIds":["twice-c"],"media":"audio"}""");
        await using var eve = await Hub.Connect(shared.Program.Address, Tokens.Of("twice-eve"));
        await eve.Send(
            $$"""{"type":1,"invocationId":"1","target":"GetCall","target":"EndCall","arguments":[{}],"arguments":[{{argument}}]}""");
        await eve.Until(message => (string?)message["invocationId"] == "1");
        var (_, call) = await shared.Send(HttpMethod.Get, "/api/v1/calls/twice-theirs", Tokens.Of("twice-a"));
        Assert.Equal("ringing", (string?)call!["state"]);
    }

    /// <summary>Nothing is kept for a client to come back to within a connection; its acknowledgements are of nothing.</summary>
    [Fact]
    public async Task StatefulReconnect_IsNotOffered()
    {
        var (status, answer) = await shared.Send(
            HttpMethod.Post, "/hubs/calls/negotiate?negotiateVersion=1&useStatefulReconnect=true", Tokens.Of("stateful"));
        Assert.Equal(200, status);
        Assert.NotEqual(true, (bool?)answer!["useStatefulReconnect"]);
        await using var hub = await Hub.Connect(shared.Program.Address, Tokens.Of("stateful"));
        foreach (var frame in new[] { """{"type":8,"sequenceId":7}""", """{"type":9,"sequenceId":7}""" })
            await hub.Send(frame);
        await shared.AssertWorks();
    }

    /// <summary>Fifteen seconds, whatever trickles in.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("{\"protocol\":\"js")]
    public async Task HandshakeThatNeverEnds_IsClosed(string begun)
    {
        await using var hub = await Hub.Open(shared.Program.Address, Tokens.Of($"slow-{begun.Length}"));
        if (begun.Length > 0)
            await hub.SendBytes(System.Text.Encoding.UTF8.GetBytes(begun));
        await hub.Closed();
    }

    [Fact]
    public async Task Invocation_IsAnsweredWithItsOwnId_WhateverThatIs()
    {
        await using var hub = await Hub.Connect(shared.Program.Address, Tokens.Of("invocations"));
        foreach (var id in new[] { "x\r\ny", "<script>", new string('i', 10_000), "0", "é" })
        {
            var text = JsonValue.Create(id).ToJsonString();
            await hub.Send($$"""{"type":1,"invocationId":{{text}},"target":"GetOpenCalls","arguments":[]}""");
            Assert.NotNull(await hub.Until(message => (string?)message["invocationId"] == id));
        }
    }
}
