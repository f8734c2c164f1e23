using System.Net;
using System.Net.WebSockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>Socket.IO clients with good tokens, who abuse what the protocol has beside events.</summary>
[Collection(OneProgram.Name)]
public sealed class EngineTests(Shared shared)
{
    private const string WebSocket = "socket.io/?EIO=4&transport=websocket";

    [Fact]
    public async Task Acks_OfWhatNobodySent_AreForgotten()
    {
        using var socket = await Connect("acks");
        var before = shared.Program.Memory;
        for (var i = 0; i < 20_000; i++)
            await socket.Send($"43{i}[{{\"x\":\"{new string('x', 500)}\"}}]");
        // It is still there, and whoever has sent them is answered.
        await socket.Send("421[\"call-invite\",{}]");
        await socket.Until(text => text.StartsWith("431[", StringComparison.Ordinal));
        Assert.InRange(shared.Program.Memory - before, long.MinValue, 100L << 20);
        await shared.AssertWorks();
    }

    [Fact]
    public async Task Events_ThatAskForAcks_AreEachAnsweredOnce_AndLimited()
    {
        const int events = 300;
        using var socket = await Connect("asks");
        for (var i = 0; i < events; i++)
            await socket.Send($"42{i}[\"call-invite\",{{}}]");
        var answers = new Dictionary<string, string>();
        while (answers.Count < events)
        {
            var answer = await socket.Until(text => text.StartsWith("43", StringComparison.Ordinal));
            Assert.True(answers.TryAdd(answer[2..answer.IndexOf('[', StringComparison.Ordinal)], answer), answer);
        }

        Assert.Contains(answers.Values, answer => answer.Contains("rate_limited", StringComparison.Ordinal));
        Assert.Contains(answers.Values, answer => answer.Contains("invalid_argument", StringComparison.Ordinal));
        await shared.AssertWorks();
    }

    [Theory]
    [InlineData("451-[\"call-invite\",{\"_placeholder\":true,\"num\":0}]", WebSocketMessageType.Text)]
    [InlineData("45999999999-[\"call-invite\",{\"_placeholder\":true,\"num\":99999999}]", WebSocketMessageType.Text)]
    [InlineData("461-1[{\"_placeholder\":true,\"num\":0}]", WebSocketMessageType.Text)]
    [InlineData("42[\"call-invite\",{}]", WebSocketMessageType.Binary)]
    public async Task BinaryAttachments_AreNotWaitedFor_ButClosed(string message, WebSocketMessageType type)
    {
        using var bystander = await Connect("attachments-bystander");
        using (var socket = await Connect("attachments"))
        {
            await socket.Send(System.Text.Encoding.UTF8.GetBytes(message), type);
            Assert.NotNull((await socket.Farewell()).Status);
        }

        await bystander.Send("427[\"call-invite\",{}]");
        await bystander.Until(text => text.StartsWith("437[", StringComparison.Ordinal));
    }

    /// <summary>Twenty WebSockets want one session at once: one gets it, or none, and its polling goes on until then.</summary>
    [Fact]
    public async Task UpgradesAtOnce_OfOneSession_AreOne()
    {
        await using var client = await EngineClient.Open(shared.Program.Address);
        await client.Send($$"""40{"token":"{{Tokens.Of("upgrades")}}"}""");
        Assert.StartsWith("40{", await client.Next(), StringComparison.Ordinal);
        var upgraded = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                var socket = await RawSocket.Open(shared.Program.Address, $"{WebSocket}&sid={client.Sid}");
                await socket.Send("2probe");
                await socket.Until(text => text == "3probe");
                return socket;
            }
            catch (WebSocketException)
            {
                return null;
            }
        }));
        using var winner = Assert.Single(upgraded, socket => socket is not null)!;
        await winner.Send("5");
        await winner.Send("425[\"call-invite\",{}]");
        await winner.Until(text => text.StartsWith("435[", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, await client.Send("42[\"call-invite\",{}]"));
        await shared.AssertWorks();
    }

    /// <summary>
    /// Of two polls at once the second is an error, as Engine.IO has it; messages that come side by side are all read.
    /// </summary>
    [Fact]
    public async Task PollsAtOnce_EndTheirSessionAlone()
    {
        await using var client = await EngineClient.Open(shared.Program.Address);
        await client.Send($$"""40{"token":"{{Tokens.Of("polls")}}"}""");
        Assert.StartsWith("40{", await client.Next(), StringComparison.Ordinal);
        var polls = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Poll()));
        Assert.Contains(HttpStatusCode.BadRequest, polls);
        Assert.Equal(HttpStatusCode.BadRequest, await client.Send("42[\"call-invite\",{}]"));
        await shared.AssertWorks();
    }

    private async Task<RawSocket> Connect(string user)
    {
        var socket = await RawSocket.Open(shared.Program.Address, WebSocket);
        await socket.Send($$"""40{"token":"{{Tokens.Of(user)}}"}""");
        await socket.Until(text => text.StartsWith("40{", StringComparison.Ordinal));
        return socket;
    }
}
