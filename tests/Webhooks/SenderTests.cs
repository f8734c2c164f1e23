using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>One event to one receiver over real HTTP: what is sent, and what an answer means.</summary>
public sealed class SenderTests : IAsyncLifetime
{
    private readonly TestTime _time = new();
    private FakeReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await FakeReceiver.Start();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Event_IsOneSignedPost()
    {
        using var silo = Hooks.Silo(_receiver);
        Assert.Equal(WebhookResult.Delivered, await silo.Send());
        Assert.Equal(
            """
            {"id":"c1:3:call.missed:bob","type":"call.missed","createdAt":"2026-01-31T12:01:00.007Z","userId":"bob","call":
            {"callId":"c1","caller":{"id":"@alice:home","name":"Älice \"A\"","deviceId":"a1","left":false},"media":"video",
            "metadata":{"room":"1"},"state":"ended","ringUntil":"2026-01-31T12:01:00.005Z","createdAt":"2026-01-31T12:00:00.000Z",
            "endReason":"no_answer","seq":3,"legs":[{"userId":"bob","state":"missed"}]}}
            """.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal),
            System.Text.RegularExpressions.Regex.Unescape(
                (await _receiver.Next()).ToJsonString().Replace("\\u0022", "\\\\\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(200, WebhookOutcome.Delivered), InlineData(201, WebhookOutcome.Delivered),
        InlineData(204, WebhookOutcome.Delivered)]
    [InlineData(400, WebhookOutcome.Refused), InlineData(401, WebhookOutcome.Refused), InlineData(403, WebhookOutcome.Refused)]
    [InlineData(404, WebhookOutcome.Refused), InlineData(410, WebhookOutcome.Refused), InlineData(422, WebhookOutcome.Refused)]
    [InlineData(408, WebhookOutcome.TryAgain), InlineData(409, WebhookOutcome.TryAgain), InlineData(425, WebhookOutcome.TryAgain)]
    [InlineData(429, WebhookOutcome.TryAgain), InlineData(500, WebhookOutcome.TryAgain), InlineData(503, WebhookOutcome.TryAgain)]
    [InlineData(301, WebhookOutcome.TryAgain)]
    public async Task Answer_Means(int status, WebhookOutcome outcome)
    {
        using var silo = Hooks.Silo(_receiver);
        _receiver.Answer = _ => Task.FromResult(FakeReceiver.Status(status, "Location", _receiver.Events));
        var result = await silo.Send();
        Assert.Equal((outcome, outcome == WebhookOutcome.Delivered ? null : $"http_{status}"), (result.Outcome, result.Error));
        Assert.Equal(1, _receiver.Asked);
    }

    [Fact]
    public async Task LongAnswer_IsAsGoodAsAShortOne()
    {
        using var silo = Hooks.Silo(_receiver);
        _receiver.Answer = _ => Task.FromResult(Results.Text(new string('x', 300_000)));
        Assert.Equal(WebhookResult.Delivered, await silo.Send());
    }

    [Fact]
    public async Task RetryAfter_HoldsForAllCalls()
    {
        using var silo = Hooks.Silo(_receiver, _time);
        _receiver.Answer = Busy("40");
        Assert.Equal(TimeSpan.FromSeconds(40), (await silo.Send()).RetryAfter);
        _receiver.Answer = _ => Task.FromResult(Results.Ok());
        _time.Step(TimeSpan.FromSeconds(30));
        Assert.Equal((WebhookOutcome.TryAgain, TimeSpan.FromSeconds(10)), await Result(silo.Send(Hooks.Event("c2"))));
        Assert.Equal(1, _receiver.Asked);
        _time.Step(TimeSpan.FromSeconds(10));
        Assert.Equal(WebhookResult.Delivered, await silo.Send(Hooks.Event("c2")));
    }

    [Theory]
    [InlineData("Sat, 31 Jan 2026 12:00:30 GMT", 30), InlineData("Sat, 31 Jan 2026 11:00:00 GMT", null), InlineData("soon", null)]
    [InlineData("9999999", 3600), InlineData("Sun, 31 Jan 2027 12:00:00 GMT", 3600)]
    public async Task RetryAfter_IsReadAsItComes(string header, int? seconds)
    {
        using var silo = Hooks.Silo(_receiver, _time);
        _receiver.Answer = Busy(header);
        Assert.Equal((WebhookOutcome.TryAgain, seconds is { } s ? TimeSpan.FromSeconds(s) : null), await Result(silo.Send()));
    }

    [Fact]
    public async Task ConnectionCut_AndNobodyThere_AreTriedAgain()
    {
        using var silo = Hooks.Silo(_receiver);
        _receiver.Answer = _ => Task.FromResult(FakeReceiver.Cut);
        Assert.Equal("unreachable", (await silo.Send()).Error);
        await _receiver.DisposeAsync();
        Assert.Equal(new WebhookResult(WebhookOutcome.TryAgain, "unreachable"), await silo.Send());
        _receiver = await FakeReceiver.Start();
    }

    [Fact]
    public async Task Slow_IsGivenUpInTime_AndTriedAgain()
    {
        using var silo = Hooks.Silo(_receiver, _time, ("TimeoutSeconds", "7"));
        _receiver.Answer = _ => Task.FromResult(FakeReceiver.Hang);
        var sending = silo.Send();
        await _receiver.Next();
        _time.Step(TimeSpan.FromSeconds(6.9));
        Assert.False(sending.IsCompleted);
        _time.Step(TimeSpan.FromSeconds(0.2));
        Assert.Equal(new WebhookResult(WebhookOutcome.TryAgain, "timeout"), await sending.WaitAsync(Hooks.Patience));
    }

    [Fact]
    public async Task DeadReceiver_CostsNothing_UntilItIsBack()
    {
        using var silo = Hooks.Silo(_receiver, _time);
        Assert.Equal(HealthStatus.Healthy, await silo.Health());
        _receiver.Answer = _ => Task.FromResult(Results.StatusCode(502));
        for (var i = 0; i < 1000; i++)
            Assert.Equal(WebhookOutcome.TryAgain, (await silo.Send()).Outcome);
        Assert.Equal(5, _receiver.Asked);
        Assert.Equal("receiver_down", (await silo.Send()).Error);
        Assert.Equal(HealthStatus.Degraded, await silo.Health());

        // An hour of it, asked each second: one request a minute.
        for (var i = 0; i < 3600; i++)
        {
            await silo.Send();
            _time.Step(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_receiver.Asked, 50, 100);
        _receiver.Answer = _ => Task.FromResult(Results.Ok());
        _time.Step(TimeSpan.FromSeconds(61));
        Assert.Equal(WebhookResult.Delivered, await silo.Send());
        Assert.Equal(HealthStatus.Healthy, await silo.Health());
    }

    [Fact]
    public async Task ReceiverThatRefusesOrIsBusy_IsNotDown()
    {
        using var silo = Hooks.Silo(_receiver);
        foreach (var status in new[] { 404, 409 })
        {
            _receiver.Answer = _ => Task.FromResult(Results.StatusCode(status));
            for (var i = 0; i < 30; i++)
                Assert.Equal($"http_{status}", (await silo.Send()).Error);
        }

        Assert.Equal(HealthStatus.Healthy, await silo.Health());
    }

    [Fact]
    public async Task ManyCalls_KeepSoManyRequestsUnderWayAndNoMore()
    {
        using var silo = Hooks.Silo(_receiver);
        var go = new TaskCompletionSource();
        _receiver.Answer = async _ =>
        {
            await go.Task;
            return Results.Ok();
        };
        var sending = Enumerable.Range(0, 100).Select(n => silo.Send(Hooks.Event($"c{n}"))).ToList();
        for (var i = 0; i < 32; i++)
            await _receiver.Next();
        go.SetResult();
        Assert.All(
            await Task.WhenAll(sending).WaitAsync(Hooks.Patience), result => Assert.Equal(WebhookResult.Delivered, result));
        Assert.Equal(32, _receiver.MostAtOnce);
    }

    [Fact]
    public async Task Secret_IsInNoLogLine()
    {
        using var logs = new Words();
        using var silo = Hooks.Silo(
            _time, logs, ("Url", _receiver.Events), ("AuthorizeUrl", _receiver.Questions), ("Secret", FakeReceiver.Secret));
        _receiver.Answer = _ => Task.FromResult(FakeReceiver.Cut);
        _receiver.Verdict = _ => Task.FromResult(Results.StatusCode(500));
        for (var i = 0; i < 8; i++)
        {
            await silo.Send();
            await silo.Authorizer().Ask(new CallQuestion { UserId = "alice", CalleeIds = ["bob"], Call = Hooks.Call() });
        }

        Assert.Contains("does not answer", logs.All, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeReceiver.Secret, logs.All, StringComparison.Ordinal);
    }

    private static Func<JsonNode, Task<IResult>> Busy(string retryAfter) =>
        _ => Task.FromResult(FakeReceiver.Status(429, "Retry-After", retryAfter));

    private static async Task<(WebhookOutcome, TimeSpan?)> Result(Task<WebhookResult> sending) =>
        await sending is var result ? (result.Outcome, result.RetryAfter) : default;
}
