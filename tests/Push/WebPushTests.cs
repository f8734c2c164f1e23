using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Tests.Push;

/// <summary>Web Push to a push service that decrypts: what browsers are sent, and what the service's answers come to.</summary>
public sealed class WebPushTests : IAsyncLifetime
{
    private FakePushService _service = null!;

    public async Task InitializeAsync() => _service = await FakePushService.Start();

    public async Task DisposeAsync()
    {
        Assert.Empty(_service.Faults);
        await _service.DisposeAsync();
    }

    [Fact]
    public void FakeBrowser_DecryptsTheExampleOfRfc8291()
    {
        var key = Base64Url.DecodeFromChars(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        var browser = new FakePushService.Browser(
            ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = key[1..33], Y = key[33..] },
                D = Base64Url.DecodeFromChars("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"),
            }),
            Base64Url.DecodeFromChars("BTBZMqHH6r4Tts7J_aSIgg"));
        var plain = browser.Decrypt(Base64Url.DecodeFromChars(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
            + "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"));
        Assert.Equal("When I grow up, I want to be a watermelon", Encoding.UTF8.GetString(plain));
    }

    [Fact]
    public async Task Ring_ArrivesEncrypted_ForAsLongAsItRings()
    {
        await using var silo = Silo();
        Assert.Null((await silo.Push(Ring("bob"))).Error);
        var push = Assert.Single(_service.Taken);
        Assert.Equal(("bob", "call_incoming", "c1", "act1.k.c.m", "Älice \"A\""),
            (push.Browser, push["type"], push["callId"], push["actionToken"], push["callerName"]));
        Assert.InRange(push.Ttl, 55, 60);
        Assert.False(push.Payload.TryGetProperty("call_id", out _));
    }

    [Fact]
    public async Task Cancel_ReplacesItsRing_AndNothingElseDoes()
    {
        await using var silo = Silo();
        await silo.Push(Ring("bob"));
        await silo.Push(Ring("bob") with { Type = PushType.CallCancelled });
        await silo.Push(Ring("bob") with { Type = PushType.CallMissed });
        await silo.Push(Ring("bob") with { CallId = "c2" });
        var topics = _service.Taken.Select(push => push.Topic).ToList();
        Assert.Equal(topics[0], topics[1]);
        Assert.Equal(3, topics.Distinct().Count());
    }

    [Theory]
    [InlineData(404, "unsubscribed", true)]
    [InlineData(410, "unsubscribed", true)]
    [InlineData(401, "vapid_refused", false)]
    [InlineData(403, "vapid_refused", false)]
    [InlineData(413, "payload_too_large", false)]
    [InlineData(400, "refused", false)]
    [InlineData(204, "refused", false)]
    public async Task No_IsNotAskedAgain_AndOnlyTheUnsubscribedAreForgotten(int status, string error, bool gone)
    {
        _service.Answer = _ => Results.StatusCode(status);
        await using var silo = Silo();
        var result = await silo.Push(Ring("bob"));
        Assert.Equal((error, gone, false), (result.Error, result.TokenUnregistered, result.InDoubt));
        Assert.Single(_service.Asked);
        _service.Answer = _ => null;
        Assert.Null((await silo.Push(Ring("bob"))).Error);
    }

    [Theory, InlineData(429), InlineData(500), InlineData(503)]
    public async Task Trouble_PassesAndThePushGoes(int status)
    {
        var count = 0;
        _service.Answer = _ => Interlocked.Increment(ref count) > 2 ? null : Results.StatusCode(status);
        await using var silo = Silo();
        Assert.Null((await silo.Push(Ring("bob"))).Error);
        Assert.Equal(3, _service.Asked.Count);
    }

    [Fact]
    public async Task RetryAfter_ThatIsLongerThanTheRing_IsNotWaitedFor()
    {
        _service.Answer = _ => new Answered(async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
            await context.Response.CompleteAsync();
        });
        await using var silo = Silo();
        Assert.Equal("too_many_requests", (await silo.Push(Ring("bob"))).Error);
        Assert.Single(_service.Asked);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var elsewhere = await FakePushService.Start();
        _service.Answer = _ => Results.Redirect($"{elsewhere.Origin}/push/bob", permanent: false, preserveMethod: true);
        await using var silo = Silo(("WebPush:AllowedOrigins", $"{_service.Origin}, {elsewhere.Origin}"));
        Assert.Equal("refused", (await silo.Push(Ring("bob"))).Error);
        Assert.Empty(elsewhere.Asked);
    }

    [Fact]
    public async Task AnswerWithoutEnd_IsNotRead()
    {
        _service.Answer = _ => new Answered(async context =>
        {
            context.Response.StatusCode = 400;
            var bytes = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
        await using var silo = Silo(("AttemptTimeoutSeconds", "20"));
        Assert.Equal("refused", (await silo.Push(Ring("bob"))).Error);
    }

    [Fact]
    public async Task Silence_IsInDoubt()
    {
        _service.Answer =
            _ => new Answered(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        await using var silo = Silo(("AttemptTimeoutSeconds", "1"));
        var result = await silo.Push(Ring("bob") with { TimeToLive = TimeSpan.FromSeconds(2) });
        Assert.Equal(("timeout", true), (result.Error, result.InDoubt));
    }

    [Fact]
    public async Task NobodyThere_IsGivenUpWithTheRing()
    {
        await using var silo = Silo(("WebPush:AllowedOrigins", "http://localhost:1"));
        var token = _service.Subscribe("bob").Replace(_service.Origin, "http://localhost:1", StringComparison.Ordinal);
        var result = await silo.Push(Pushes.Ring(token, PushProvider.WebPush, seconds: 1));
        Assert.Equal(("unreachable", false), (result.Error, result.InDoubt));
    }

    [Fact]
    public async Task SubscriptionWithAnotherKey_IsKept_ForItsClientToRenew()
    {
        await using var other = await FakePushService.Start();
        await using var silo = Silo(("WebPush:PublicKey", other.PublicKey), ("WebPush:PrivateKey", other.PrivateKey));
        var result = await silo.Push(Ring("bob"));
        Assert.Equal(("vapid_refused", false), (result.Error, result.TokenUnregistered));
        Assert.Equal(PushState.Up, silo.GetRequiredService<PushRouter>().State(PushProvider.WebPush));
    }

    [Fact]
    public async Task ServiceThatIsDown_KeepsNothingFromAnother()
    {
        await using var broken = await FakePushService.Start();
        broken.Answer = _ => Results.StatusCode(503);
        await using var silo = Silo(("WebPush:AllowedOrigins", $"{_service.Origin},{broken.Origin}"));
        var lost = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            silo.Push(Pushes.Ring(broken.Subscribe($"b{i}"), PushProvider.WebPush, seconds: 2))));
        Assert.Contains(lost, result => result.Error == "provider_down");
        Assert.Null((await silo.Push(Ring("bob"))).Error);
        Assert.Equal(PushState.Up, silo.GetRequiredService<PushRouter>().State(PushProvider.WebPush));
    }

    [Fact]
    public async Task TokenOfEarlierVersions_ThatIsNoSubscription_IsForgotten()
    {
        await using var silo = Silo();
        var result = await silo.Push(Pushes.Ring("any text", PushProvider.WebPush));
        Assert.Equal(("invalid_token", true), (result.Error, result.TokenUnregistered));
    }

    [Theory, InlineData('"'), InlineData('\ue000'), InlineData('日')]
    public async Task LongNames_StillRing(char letter)
    {
        var name = new string(letter, 256);
        await using var silo = Silo();
        var ring = Ring("bob") with
        {
            CallerName = name, CallerId = new string(letter, 128), ConversationId = name,
            InvitedBy = new Inviter { Id = new string(letter, 128), Name = name },
        };
        Assert.Null((await silo.Push(ring)).Error);
        Assert.Equal(("c1", "act1.k.c.m"), (_service.Taken.Single()["callId"], _service.Taken.Single()["actionToken"]));
    }

    [Fact]
    public void VapidToken_IsSignedOnce_AndRenewedBeforeItExpires()
    {
        var time = new TestTime();
        var tokens = new VapidTokens(time);
        tokens.Put("https://push.example", time.GetUtcNow().AddHours(12), "t");
        Assert.Equal("t", tokens.Get("https://push.example"));
        Assert.Null(tokens.Get("https://other.example"));
        time.Step(TimeSpan.FromHours(11));
        Assert.Null(tokens.Get("https://push.example"));
    }

    private PushMessage Ring(string browser) => Pushes.Ring(_service.Subscribe(browser), PushProvider.WebPush);

    private ServiceProvider Silo(params (string Name, string Value)[] more) => Pushes.Silo([.. _service.Settings, .. more]);

    private sealed class Answered(Func<HttpContext, Task> answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => answer(httpContext);
    }
}
