using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>The question before the first ring, over real HTTP: what is asked, and what each answer comes to.</summary>
public sealed class AuthorizerTests : IAsyncLifetime
{
    private readonly TestTime _time = new();
    private FakeReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await FakeReceiver.Start();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Question_SaysWhoWouldRingWhom()
    {
        using var silo = Silo();
        Assert.Null(await Ask(silo));
        var question = await _receiver.NextQuestion();
        Assert.Equal(("c1:0:call.authorize", "call.authorize", "alice", "[\"bob\"]", "c1"), (
            (string?)question["id"], (string?)question["type"], (string?)question["userId"],
            question["calleeIds"]!.ToJsonString(),
            (string?)question["call"]!["callId"]));
    }

    [Theory]
    [InlineData("{\"allow\":false,\"reason\":\"not on Sundays\"}", "not on Sundays")]
    [InlineData("{\"allow\":false,\"reason\":\" a\\nb\\u0000c \"}", "abc")]
    [InlineData("{\"allow\":false}", "The app does not allow this call.")]
    [InlineData("{\"allow\":false,\"reason\":null}", "The app does not allow this call.")]
    public async Task No_IsForbidden(string answer, string detail)
    {
        using var silo = Silo();
        _receiver.Verdict = _ => Task.FromResult(Results.Text(answer));
        Assert.Equal(new CallError { Code = CallErrorCode.Forbidden, Detail = detail }, await Ask(silo));
    }

    [Fact]
    public async Task LongReason_IsCut_NotInTheMiddleOfACharacter()
    {
        using var silo = Silo();
        _receiver.Verdict = _ => Task.FromResult(Results.Json(new { allow = false, reason = new string('x', 127) + "😀😀" }));
        Assert.Equal(new string('x', 127), (await Ask(silo))!.Detail);
    }

    [Theory]
    [InlineData(500, "{\"allow\":true}"), InlineData(404, "{\"allow\":false}"), InlineData(200, "yes"), InlineData(200, ""),
        InlineData(200, "[]")]
    [InlineData(200, "{}"), InlineData(200, "{\"allow\":\"no\"}"), InlineData(202, "{\"allow\":false}"), InlineData(200, null)]
    public async Task NoAnswer_IsWhatTheSettingsSay(int status, string? text)
    {
        _receiver.Verdict =
            _ => Task.FromResult(
                Results.Text(text ?? $"{{\"allow\":false,\"reason\":\"{new string('x', 20_000)}\"}}", statusCode: status));
        using var open = Silo();
        Assert.Null(await Ask(open));
        using var closed = Silo(("AuthorizeOnFailure", "refuse"));
        Assert.Equal((CallErrorCode.Unavailable, TimeSpan.FromSeconds(1)), await Refusal(closed));
    }

    [Theory, InlineData("allow"), InlineData("refuse")]
    public async Task NoAnswerWithinASecond_IsWhatTheSettingsSay(string setting)
    {
        var forever = new TaskCompletionSource<IResult>();
        _receiver.Verdict = _ => forever.Task;
        using var silo = Silo(("AuthorizeOnFailure", setting));
        var asking = TestTime.Alone(() => Ask(silo));
        await _receiver.NextQuestion();
        _time.Step(TimeSpan.FromSeconds(0.99));
        Assert.False(asking.IsCompleted);
        await _time.Until(asking, TimeSpan.FromSeconds(0.02));
        Assert.Equal(setting == "allow" ? null : CallErrorCode.Unavailable, (await asking.WaitAsync(Hooks.Patience))?.Code);
        forever.SetResult(Results.Ok());
    }

    [Fact]
    public async Task DeadBackEnd_IsNotWaitedForAgainAndAgain()
    {
        var forever = new TaskCompletionSource<IResult>();
        _receiver.Verdict = _ => forever.Task;
        using var silo = Silo();
        for (var i = 0; i < 5; i++)
        {
            var asking = TestTime.Alone(() => Ask(silo));
            await _receiver.NextQuestion();
            await _time.Until(asking, TimeSpan.FromSeconds(1.01));
            await asking.WaitAsync(Hooks.Patience);
        }

        // Time stands now: who had to wait would wait for ever.
        for (var i = 0; i < 100; i++)
            Assert.Null(await Ask(silo).WaitAsync(Hooks.Patience));
        Assert.Equal(5, _receiver.Asked);
        Assert.Equal(HealthStatus.Degraded, await silo.Health());
        forever.SetResult(Results.Ok());

        _receiver.Verdict = _ => Task.FromResult(Results.Json(new { allow = false, reason = "back" }));
        _time.Step(TimeSpan.FromSeconds(6));
        Assert.Equal("back", (await Ask(silo))!.Detail);
        Assert.Equal(HealthStatus.Healthy, await silo.Health());
    }

    private ServiceProvider Silo(params (string Name, string Value)[] settings) => Hooks.Silo(_receiver, _time, settings);

    private static Task<CallError?> Ask(IServiceProvider silo) => silo.Authorizer().Ask(
        new CallQuestion { UserId = "alice", CalleeIds = ["bob"], Call = Hooks.Call(seq: 0) });

    private static async Task<(CallErrorCode?, TimeSpan?)> Refusal(IServiceProvider silo) =>
        await Ask(silo) is var error ? (error?.Code, error?.RetryAfter) : default;
}
