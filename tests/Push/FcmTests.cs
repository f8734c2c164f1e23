using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push;

namespace OrleansCalls.Tests.Push;

/// <summary>FCM over real HTTP: what it is sent, and what its answers come to.</summary>
public sealed class FcmTests : IAsyncLifetime
{
    private FakeFcm _fcm = null!;

    public async Task InitializeAsync() => _fcm = await FakeFcm.Start();

    public async Task DisposeAsync()
    {
        Assert.Empty(_fcm.Faults);
        await _fcm.DisposeAsync();
    }

    [Fact]
    public async Task Ring_ArrivesAsTheProtocolSays()
    {
        await using var silo = Pushes.Silo(_fcm);
        Assert.Null((await silo.Push(Pushes.Ring())).Error);
        var message = Assert.Single(_fcm.Taken);
        Assert.Equal("t1", message.GetProperty("token").GetString());
        Assert.Equal("act1.k.c.m", message.GetProperty("data").GetProperty("actionToken").GetString());
        Assert.Equal("Älice \"A\"", message.GetProperty("data").GetProperty("callerName").GetString());
        var ttl = message.GetProperty("android").GetProperty("ttl").GetString()!;
        Assert.InRange(double.Parse(ttl[..^1], System.Globalization.CultureInfo.InvariantCulture), 55, 60);
        var webpush = message.GetProperty("webpush").GetProperty("headers");
        Assert.InRange(
            int.Parse(webpush.GetProperty("TTL").GetString()!, System.Globalization.CultureInfo.InvariantCulture), 55, 60);
        Assert.Equal("high", webpush.GetProperty("Urgency").GetString());
        Assert.Equal("Incoming video call", Alert(message).GetProperty("body").GetString());
        Assert.Equal("Älice \"A\"", Alert(message).GetProperty("title").GetString());
        var aps = message.GetProperty("apns").GetProperty("payload").GetProperty("aps");
        Assert.Equal(
            (1, "default", "@alice:home"),
            (aps.GetProperty("mutable-content").GetInt32(), aps.GetProperty("sound").GetString(),
                aps.GetProperty("thread-id").GetString()));
        Assert.Equal(1, aps.GetProperty("content-available").GetInt32());
    }

    [Fact]
    public async Task Missed_IsAnAlertOnApple_Cancelled_IsNone()
    {
        await using var silo = Pushes.Silo(_fcm);
        await silo.Push(Pushes.Ring() with { Type = PushType.CallMissed, ActionToken = null });
        await silo.Push(Pushes.Ring() with { Type = PushType.CallCancelled, ActionToken = null });
        Assert.Equal("Missed call", Alert(_fcm.Taken.First()).GetProperty("body").GetString());
        Assert.False(_fcm.Taken.Last().TryGetProperty("apns", out _));
    }

    [Fact]
    public async Task ManyAtOnce_GoOverOneAccessToken_EachOnce()
    {
        // On a busy machine the last of them waits for its turn longer than usual; asked twice is not what this is about.
        await using var silo = Pushes.Silo(_fcm, ("AttemptTimeoutSeconds", "30"));
        var results = await Task.WhenAll(Enumerable.Range(0, 1200).Select(i => silo.Push(Pushes.Ring($"t{i}"))));
        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal(1200, _fcm.Taken.Select(message => message.GetProperty("token").GetString()).Distinct().Count());
        Assert.Equal(1200, _fcm.Asked.Count);
        Assert.Equal(1, _fcm.AccessTokens);
    }

    [Theory]
    [InlineData(404, "NOT_FOUND", "UNREGISTERED", "gone", "unregistered", true)]
    [InlineData(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", "no", "sender_id_mismatch", true)]
    [InlineData(
        400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token",
        "invalid_token", true)]
    [InlineData(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Invalid data payload key", "invalid_argument", false)]
    [InlineData(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", "no", "third_party_auth_error", false)]
    [InlineData(403, "PERMISSION_DENIED", null, "no", "permission_denied", false)]
    [InlineData(404, "NOT_FOUND", null, "no", "refused", false)]
    [InlineData(409, "NO_SUCH_STATUS", "NO_SUCH_CODE", "no", "refused", false)]
    public async Task No_IsNotAskedAgain(int status, string word, string? code, string message, string error, bool gone)
    {
        _fcm.Answer = _ => Task.FromResult<IResult?>(FakeFcm.Error(status, word, code, message));
        await using var silo = Pushes.Silo(_fcm);
        var result = await silo.Push(Pushes.Ring());
        Assert.Equal((error, gone), (result.Error, result.TokenUnregistered));
        Assert.Equal((1, 1), (_fcm.Asked.Count, _fcm.AccessTokens));
    }

    [Fact]
    public async Task AccessTokenRevoked_PushGoesWithANewOne()
    {
        await using var silo = Pushes.Silo(_fcm);
        Assert.Null((await silo.Push(Pushes.Ring())).Error);
        _fcm.Revoke();
        Assert.Null((await silo.Push(Pushes.Ring())).Error);
        Assert.Equal((3, 2, 2), (_fcm.Asked.Count, _fcm.Taken.Count, _fcm.AccessTokens));
    }

    [Theory, InlineData(1), InlineData(20)]
    public async Task Unauthenticated_CostsTwoRequestsAndOneNewAccessTokenAPush(int pushes)
    {
        var together = new TaskCompletionSource();
        _fcm.Answer = async _ =>
        {
            // Refused only when all have been sent: none is held back by the refusal of another.
            if (_fcm.Asked.Count >= pushes)
                together.TrySetResult();
            await together.Task;
            return FakeFcm.Error(401, "UNAUTHENTICATED");
        };
        await using var silo = Pushes.Silo(_fcm, ("AttemptTimeoutSeconds", "15"));
        var results = await Task.WhenAll(Enumerable.Range(0, pushes).Select(i => silo.Push(Pushes.Ring($"t{i}"))));
        Assert.All(results, result => Assert.Equal("unauthenticated", result.Error));
        Assert.Equal(2 * pushes, _fcm.Asked.Count);
        Assert.InRange(_fcm.AccessTokens, 2, 1 + pushes);
    }

    [Theory, InlineData(503, "UNAVAILABLE", "UNAVAILABLE", "unavailable"),
        InlineData(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "quota_exceeded")]
    public async Task RetryAfter_IsReadFromTheFirstResponse(int status, string word, string code, string error)
    {
        _fcm.Answer = _ => Task.FromResult<IResult?>(FakeFcm.Error(status, word, code, retryAfter: 7));
        await using var silo = Pushes.Silo(_fcm);
        var answer = await Provider(silo).Send(Pushes.Ring(), default, default);
        Assert.Equal((AnswerKind.TryAgain, error, TimeSpan.FromSeconds(7)), (answer.Kind, answer.Error, answer.RetryAfter));
        Assert.Single(_fcm.Asked);
    }

    [Fact]
    public async Task Late_IsEndedAndInDoubt()
    {
        using var late = new CancellationTokenSource();
        var held = new TaskCompletionSource<IResult?>();
        _fcm.Answer = _ =>
        {
            late.Cancel();
            return held.Task;
        };
        await using var silo = Pushes.Silo(_fcm);
        var answer = await Provider(silo).Send(Pushes.Ring(), default, late.Token).WaitAsync(Pushes.Patience);
        Assert.Equal(("timeout", true), (answer.Error, answer.InDoubt));
        held.SetResult(null);
        Assert.Single(_fcm.Asked);
    }

    [Fact]
    public async Task TokenThatCannotBeSent_IsRefusedWithoutARequest()
    {
        await using var silo = Pushes.Silo(_fcm);
        Assert.Equal("invalid_argument", (await silo.Push(Pushes.Ring(""))).Error);
        Assert.Empty(_fcm.Asked);
    }

    [Fact]
    public async Task SeveralSilosInOneProcess_OneStops_TheOthersPush()
    {
        await using var one = Pushes.Silo(_fcm);
        await using (var other = Pushes.Silo(_fcm))
            Assert.Null((await other.Push(Pushes.Ring())).Error);
        Assert.Null((await one.Push(Pushes.Ring())).Error);
    }

    [Fact]
    public async Task BadTokensInABatch_CostTheOthersNothing()
    {
        _fcm.Answer = token => Task.FromResult(token.StartsWith("bad", StringComparison.Ordinal) ? FakeFcm.Unregistered() : null);
        await using var silo = Pushes.Silo(_fcm);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 99).Select(i => silo.Push(Pushes.Ring(i % 3 == 1 ? $"bad{i}" : $"t{i}"))));
        Assert.All(results.Index(), result => Assert.Equal(result.Index % 3 == 1, result.Item.TokenUnregistered));
        Assert.Equal(66, _fcm.Taken.Count);
    }

    [Fact]
    public async Task SlowOneInABatch_KeepsNobodyWaiting()
    {
        var slow = new TaskCompletionSource<IResult?>();
        _fcm.Answer = token => token == "slow" ? slow.Task : Task.FromResult<IResult?>(null);
        await using var silo = Pushes.Silo(_fcm);
        var late = silo.Push(Pushes.Ring("slow", seconds: 2));
        Assert.Null((await silo.Push(Pushes.Ring("t1"))).Error);
        slow.SetResult(null);
        Assert.Null((await late).Error);
    }

    [Fact]
    public async Task RingThatWaitsForItsTurn_IsNotSentOnceItsCallIsOver()
    {
        var held = new TaskCompletionSource<IResult?>();
        var all = new TaskCompletionSource();
        _fcm.Answer = _ =>
        {
            if (_fcm.Asked.Count == 500)
                all.TrySetResult();
            return held.Task;
        };
        await using var silo = Pushes.Silo(_fcm, ("AttemptTimeoutSeconds", "30"));
        var others = Enumerable.Range(0, 500).Select(i => silo.Push(Pushes.Ring($"t{i}"))).ToList();
        await all.Task.WaitAsync(Pushes.Patience);
        using var over = new CancellationTokenSource();
        var waiting = silo.Push(Pushes.Ring("waiting"), over.Token);
        await over.CancelAsync();
        Assert.False((await waiting).InDoubt);
        held.SetResult(null);
        Assert.All(await Task.WhenAll(others), result => Assert.Null(result.Error));
        Assert.DoesNotContain("waiting", _fcm.Asked);
    }

    [Theory, InlineData("503"), InlineData("500"), InlineData("429"), InlineData("reset")]
    public async Task Trouble_PassesAndThePushGoes(string trouble)
    {
        var count = 0;
        _fcm.Answer = _ => Task.FromResult(Interlocked.Increment(ref count) > 2 ? null : trouble switch
        {
            "503" => FakeFcm.Unavailable(),
            "500" => FakeFcm.Error(500, "INTERNAL", "INTERNAL"),
            "429" => FakeFcm.Error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", retryAfter: 1),
            _ => FakeFcm.Reset(),
        });
        await using var silo = Pushes.Silo(_fcm);
        Assert.Null((await silo.Push(Pushes.Ring())).Error);
        // Asked by us alone: the SDK's own tries would be more.
        Assert.Equal(3, _fcm.Asked.Count);
        Assert.Single(_fcm.Taken);
    }

    [Fact]
    public async Task ServiceAccountRefused_IsSaid_AndNotAskedInAStorm()
    {
        _fcm.RefusesUs = true;
        await using var silo = Pushes.Silo(_fcm);
        Assert.Equal("invalid_grant", (await silo.Push(Pushes.Ring())).Error);
        for (var i = 0; i < 20; i++)
            Assert.Equal("credentials_refused", (await silo.Push(Pushes.Ring())).Error);
        Assert.Empty(_fcm.Asked);
    }

    [Fact]
    public async Task NobodyThere_IsGivenUpWithTheRing()
    {
        await using var silo = Pushes.Silo(_fcm, ("Fcm:Endpoint", "http://127.0.0.1:1"));
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Assert.NotNull((await silo.Push(Pushes.Ring(seconds: 1), over.Token)).Error);
    }

    [Fact]
    public async Task NoWayToGoogle_NoAccessToken_IsNoDoubt()
    {
        await using var silo = Pushes.Silo(_fcm);
        await File.WriteAllTextAsync(_fcm.CredentialsFile, (await File.ReadAllTextAsync(_fcm.CredentialsFile))
            .Replace(_fcm.Address + "/token", "http://127.0.0.1:1/token", StringComparison.Ordinal));
        var answer = await Provider(silo).Send(Pushes.Ring(), default, default);
        Assert.Equal((AnswerKind.TryAgain, "no_access_token", false), (answer.Kind, answer.Error, answer.InDoubt));
        Assert.Empty(_fcm.Asked);
    }

    [Theory, InlineData("a b"), InlineData("\u0001\u0002"), InlineData("日本"), InlineData("x/../../y?z=1#")]
    public async Task StrangeTokens_AreFcmsToJudge(string token)
    {
        await using var silo = Pushes.Silo(_fcm);
        Assert.Null((await silo.Push(Pushes.Ring(token))).Error);
        Assert.Equal(token, Assert.Single(_fcm.Asked));
    }

    private static IPushProvider Provider(IServiceProvider silo) => silo.GetServices<IPushProvider>().Single();

    private static JsonElement Alert(JsonElement message) =>
        message.GetProperty("apns").GetProperty("payload").GetProperty("aps").GetProperty("alert");
}
