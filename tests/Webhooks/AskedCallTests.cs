using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>The whole service, and an app's back end that is asked before anything rings.</summary>
public sealed class AskedCallTests : IAsyncLifetime
{
    private FakeReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await FakeReceiver.Start();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Yes_RingsAfterTheAnswer_AndIsNotAskedAgain()
    {
        await using var service = await Start($"Webhooks:Url={_receiver.Events}");
        var answer = new TaskCompletionSource<IResult>();
        _receiver.Verdict = _ => answer.Task;
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        var starting = alice.Call("StartCall", Call("c1", "bob"));
        var question = await _receiver.NextQuestion();
        Assert.Equal(("alice", "bob", "ringing"), (
            (string?)question["userId"], (string?)question["calleeIds"]![0], (string?)question["call"]!["state"]));
        Assert.Empty(bob.Rest().Except(["OpenCalls"]));
        answer.SetResult(Results.Json(new { allow = true }));
        await starting;
        await bob.Hears("CallIncoming", "c1");
        Assert.Equal("c1:1:call.created", (string?)(await _receiver.Next())["id"]);

        await alice.Call("StartCall", Call("c1", "bob"));
        await alice.Call("EndCall", new { callId = "c1" });
        Assert.Contains(
            "ended", (await alice.Call("StartCall", Call("c1", "bob")))!["state"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _receiver.QuestionsWaiting);
    }

    [Fact]
    public async Task No_IsForbidden_AndNothingIsThere()
    {
        await using var service = await Start($"Webhooks:Url={_receiver.Events}");
        _receiver.Verdict = question => Task.FromResult(Results.Json(
            new { allow = (string?)question["call"]!["callId"] != "bad", reason = "not on Sundays" }));
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        Assert.Contains(
            "forbidden: not on Sundays", await alice.Refused("StartCall", Call("bad", "bob")), StringComparison.Ordinal);
        var (status, problem) = await service.Send(HttpMethod.Post, "/api/v1/calls", Service.Token("alice"), Call("bad", "bob"));
        Assert.Equal((403, "forbidden", "not on Sundays"), (status, (string?)problem!["code"], (string?)problem["detail"]));
        Assert.Equal(404, (await service.Send(HttpMethod.Get, "/api/v1/calls/bad", Service.Token("alice"))).Status);

        // The next one is the first that anybody hears of.
        await alice.Call("StartCall", Call("good", "bob"));
        Assert.Equal("good", (string?)(await bob.Hears("CallIncoming"))["callId"]);
        Assert.Equal("good:1:call.created", (string?)(await _receiver.Next())["id"]);
        Assert.Empty((await alice.Call("GetHistory", new { limit = 10 }))!.AsArray());
    }

    [Fact]
    public async Task Invite_IsAskedForTheNewOnes()
    {
        await using var service = await Start();
        _receiver.Verdict = question => Task.FromResult(Results.Json(
            new { allow = question["calleeIds"]!.AsArray().All(id => (string?)id != "mallory"), reason = "not her" }));
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        await alice.Call("StartCall", Call("c1", "bob"));
        await bob.Call("AcceptCall", new { callId = "c1" });
        Assert.Contains(
            "forbidden: not her", await bob.Refused("InviteToCall", new { callId = "c1", calleeIds = new[] { "mallory" } }),
            StringComparison.Ordinal);
        var call = await bob.Call("InviteToCall", new { callId = "c1", calleeIds = new[] { "carol" } });
        Assert.Equal(["bob", "carol"], call!["legs"]!.AsArray().Select(leg => (string?)leg!["userId"]));
        await _receiver.NextQuestion();
        await _receiver.NextQuestion();
        var question = await _receiver.NextQuestion();
        Assert.Equal(("bob", "[\"carol\"]"), ((string?)question["userId"], question["calleeIds"]!.ToJsonString()));
    }

    [Theory, InlineData("allow"), InlineData("refuse")]
    public async Task NoAnswer_AfterASecondTheSettingsAnswer(string setting)
    {
        await using var service = await Start($"Webhooks:AuthorizeOnFailure={setting}");
        _receiver.Verdict = _ => Task.FromResult(FakeReceiver.Hang);
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        if (setting == "allow")
        {
            await alice.Call("StartCall", Call("c1", "bob"));
            await bob.Hears("CallIncoming", "c1");
            return;
        }

        Assert.Contains("unavailable: ", await alice.Refused("StartCall", Call("c1", "bob")), StringComparison.Ordinal);
        // Nothing was kept: the same id may be tried again.
        _receiver.Verdict = _ => Task.FromResult(Results.Json(new { allow = true }));
        Assert.Equal("ringing", (string?)(await alice.Call("StartCall", Call("c1", "bob")))!["state"]);
    }

    private static object Call(string callId, string callee) => new { callId, calleeIds = new[] { callee }, media = "audio" };

    private Task<Service> Start(params string[] settings) =>
        Service.Start([$"Webhooks:AuthorizeUrl={_receiver.Questions}", $"Webhooks:Secret={FakeReceiver.Secret}", .. settings]);
}
