using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>Watching strangers, where the app has decided that only the parties of an open call see each other.</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task Presence_IsShownToPartiesOfAnOpenCallAlone()
    {
        await using var program = await Program.Start(("Gateway__Presence", "parties"));
        var phones = new Phones(program);
        await using var seen = await Hub.Connect(program.Address, Tokens.Of("seen"));
        await using var reader = await Hub.Connect(program.Address, Tokens.Of("reader"));
        Assert.False(await IsOnline("reader"));
        Assert.True(await IsOnline("seen"));
        Assert.False(await Watch("1"));

        Assert.Equal(
            200, await phones.Post("reader", "/api/v1/calls", """{"callId":"shared","calleeIds":["seen"],"media":"audio"}"""));
        Assert.True(await IsOnline("reader"));
        Assert.False(await IsOnline("stranger"));
        Assert.True(await Watch("2"));
        await seen.DisposeAsync();
        Assert.False(
            (bool)(await reader.Until(message => (string?)message["target"] == "PresenceChanged"))["arguments"]![0]!["online"]!);

        Assert.Equal(200, await phones.Post("reader", "/api/v1/calls/shared/end", "{}"));
        // What a watch goes on to tell is looked at each time: the next it hears is of itself.
        await using var again = await Hub.Connect(program.Address, Tokens.Of("seen"));
        Assert.False(await IsOnline("reader"));
        await reader.Invoke("3", "WatchPresence", """{"userIds":["reader"]}""");
        var next = await reader.Until(
            message => (string?)message["target"] == "PresenceChanged" || (string?)message["invocationId"] == "3");
        Assert.Equal("3", (string?)next["invocationId"]);

        // On a machine with much else to do, a question may have to be asked again (503).
        async Task<bool> IsOnline(string who) => (bool)JsonNode.Parse(await Until.Found(
            async () => await phones.Send(who, HttpMethod.Get, "/api/v1/users/seen/presence", null) is (200, var answer)
                ? answer
                : null, "an answer"))!["online"]!;

        async Task<bool> Watch(string id)
        {
            await reader.Invoke(id, "WatchPresence", """{"userIds":["seen"]}""");
            return (bool)(await reader.Until(message => (string?)message["invocationId"] == id))["result"]![0]!["online"]!;
        }
    }
}
