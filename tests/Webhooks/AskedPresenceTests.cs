using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>The whole service, and an app's back end that is asked whose presence a user may see.</summary>
public sealed class AskedPresenceTests : IAsyncLifetime
{
    private FakeReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await FakeReceiver.Start();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Presence_IsThatOfThoseWhomTheBackEndNames()
    {
        await using var service = await Start("Webhooks:AuthorizeOnFailure=refuse");
        _receiver.Verdict = _ => Task.FromResult(Results.Json(new { allow = true, userIds = new[] { "bob", "somebody else" } }));
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        await using var carol = await service.Connect("carol", "c1");
        // The first question takes longer than the second that there is for an answer.
        await Until.True(() => IsOnline(service, "bob"), "bob, whom the back end names");
        var watched = (await alice.Call("WatchPresence", new { userIds = new[] { "bob", "carol" } }))!.AsArray();
        Assert.Equal([true, false], watched.Select(presence => (bool)presence!["online"]!));
        var question = await _receiver.NextQuestion();
        while (question["userIds"]!.AsArray().Count < 2)
            question = await _receiver.NextQuestion();
        Assert.Equal(("presence.authorize", "alice", "[\"bob\",\"carol\"]"), (
            (string?)question["type"], (string?)question["userId"], question["userIds"]!.ToJsonString()));

        Assert.False(await IsOnline(service, "carol"));
        Assert.True(await IsOnline(service, "bob"));
        // A user is asked for by nobody else to be seen by the user itself, nor are the parties of a call.
        await alice.Call("StartCall", new { callId = "c1", calleeIds = new[] { "carol" }, media = "audio" });
        _receiver.Verdict = _ => Task.FromResult(Results.Json(new { allow = true, userIds = Array.Empty<string>() }));
        Assert.True(await IsOnline(service, "carol"));
        Assert.True(await IsOnline(service, "alice"));
        Assert.False(await IsOnline(service, "bob"));
    }

    [Theory]
    [InlineData("allow", true), InlineData("refuse", false)]
    public async Task NoAnswer_IsWhatTheSettingsSay(string setting, bool seen)
    {
        await using var service = await Start($"Webhooks:AuthorizeOnFailure={setting}");
        await using var bob = await service.Connect("bob", "b1");
        foreach (var answer in (IResult[]) [
            Results.Text("no"), Results.Json(new { userIds = 7 }), Results.Json(new { }), Results.StatusCode(500),
        ])
        {
            _receiver.Verdict = _ => Task.FromResult(answer);
            Assert.Equal(seen, await IsOnline(service, "bob"));
        }
    }

    [Fact]
    public async Task NobodyToAsk_ShowsNobody()
    {
        await using var service = await Service.Start("Gateway:Presence=app");
        await using var bob = await service.Connect("bob", "b1");
        Assert.False(await IsOnline(service, "bob"));
    }

    private static async Task<bool> IsOnline(Service service, string userId) =>
        (bool)(await service.Send(HttpMethod.Get, $"/api/v1/users/{userId}/presence", Service.Token("alice"))).Body!["online"]!;

    private Task<Service> Start(params string[] settings) => Service.Start(
        [
            "Gateway:Presence=app", $"Webhooks:AuthorizeUrl={_receiver.Questions}",
            $"Webhooks:Secret={FakeReceiver.Secret}", .. settings,
        ]);
}
