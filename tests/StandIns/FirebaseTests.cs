using FirebaseAdmin;
using FirebaseAdmin.Messaging;
using Google.Apis.Auth.OAuth2;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.StandIns.Tests;

/// <summary>Messages as FCM gets them, and its answers as a push sender sees them.</summary>
public sealed class FirebaseTests
{
    private static FirebaseApp App(FakeFcm fake) => FirebaseApp.Create(
        new AppOptions
        {
            Credential = CredentialFactory.FromJson<ServiceAccountCredential>(fake.Credential).ToGoogleCredential(),
            HttpClientFactory = fake.Factory(),
        },
        Guid.NewGuid().ToString("N"));

    private static Message Ring(string token) => new()
    {
        Token = token,
        Data = new Dictionary<string, string> { ["type"] = "call_incoming", ["callerName"] = "O'Neil \"日本\"" },
        Android = new AndroidConfig { Priority = Priority.High, TimeToLive = TimeSpan.FromSeconds(42.5), CollapseKey = "c1" },
        Apns = new ApnsConfig
        {
            Headers = new Dictionary<string, string> { ["apns-priority"] = "10", ["apns-expiration"] = "0" },
            Aps = new Aps { Alert = new ApsAlert { Title = "t", Body = "b" }, Sound = "ring.caf", ContentAvailable = true, Badge = 3 },
            CustomData = new Dictionary<string, object> { ["callId"] = "c1", ["n"] = 7 },
        },
        Webpush = new WebpushConfig { Headers = new Dictionary<string, string> { ["TTL"] = "42", ["Urgency"] = "high" } },
    };

    [Fact]
    public async Task Send_Message_ArrivesAsFcmWantsIt()
    {
        await using var fake = await FakeFcm.Start();
        var app = App(fake);
        var id = await FirebaseMessaging.GetMessaging(app).SendAsync(Ring("t1"));
        Assert.Equal("projects/calls-test/messages/t1", id);

        var (path, authorization, body) = Assert.Single(fake.Messages);
        Assert.Equal("/v1/projects/calls-test/messages:send", path);
        Assert.Equal("Bearer a-token", authorization);
        var message = body.GetProperty("message");
        Assert.Equal("t1", message.GetProperty("token").GetString());
        Assert.Equal("O'Neil \"日本\"", message.GetProperty("data").GetProperty("callerName").GetString());
        var android = message.GetProperty("android");
        Assert.Equal("high", android.GetProperty("priority").GetString(), ignoreCase: true);
        Assert.Matches("^42\\.50*s$", android.GetProperty("ttl").GetString());
        Assert.Equal("c1", android.GetProperty("collapse_key").GetString());
        var apns = message.GetProperty("apns");
        Assert.Equal("10", apns.GetProperty("headers").GetProperty("apns-priority").GetString());
        var payload = apns.GetProperty("payload");
        Assert.Equal("c1", payload.GetProperty("callId").GetString());
        Assert.Equal(7, payload.GetProperty("n").GetInt32());
        Assert.Equal("b", payload.GetProperty("aps").GetProperty("alert").GetProperty("body").GetString());
        Assert.Equal(1, payload.GetProperty("aps").GetProperty("content-available").GetInt32());
        Assert.Equal(3, payload.GetProperty("aps").GetProperty("badge").GetInt32());
        Assert.Equal("42", message.GetProperty("webpush").GetProperty("headers").GetProperty("TTL").GetString());
        app.Delete();
    }

    [Fact]
    public async Task Send_Again_UsesTheSameAccessToken()
    {
        await using var fake = await FakeFcm.Start();
        var app = App(fake);
        for (var i = 0; i < 3; i++)
            await FirebaseMessaging.GetMessaging(app).SendAsync(Ring($"t{i}"));
        Assert.Single(fake.Assertions);
        Assert.Same(FirebaseMessaging.GetMessaging(app), FirebaseMessaging.GetMessaging(app));
        app.Delete();
    }

    [Fact]
    public async Task SendEach_EachHasItsOwnAnswer()
    {
        await using var fake = await FakeFcm.Start();
        fake.Answer = token => token == "dead" ? FakeFcm.Error(404, "NOT_FOUND", "UNREGISTERED") : null;
        var app = App(fake);
        var batch = await FirebaseMessaging.GetMessaging(app).SendEachAsync([Ring("a"), Ring("dead"), Ring("b")], CancellationToken.None);
        Assert.Equal((2, 1), (batch.SuccessCount, batch.FailureCount));
        Assert.Equal([true, false, true], batch.Responses.Select(response => response.IsSuccess));
        Assert.Equal("projects/calls-test/messages/b", batch.Responses[2].MessageId);
        Assert.Equal(MessagingErrorCode.Unregistered, batch.Responses[1].Exception!.MessagingErrorCode);
        app.Delete();
    }

    [Theory]
    [InlineData(404, "NOT_FOUND", "UNREGISTERED", MessagingErrorCode.Unregistered, ErrorCode.NotFound)]
    [InlineData(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", MessagingErrorCode.InvalidArgument, ErrorCode.InvalidArgument)]
    [InlineData(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", MessagingErrorCode.SenderIdMismatch, ErrorCode.PermissionDenied)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", MessagingErrorCode.QuotaExceeded, ErrorCode.ResourceExhausted)]
    [InlineData(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", MessagingErrorCode.ThirdPartyAuthError, ErrorCode.Unauthenticated)]
    [InlineData(404, "NOT_FOUND", null, null, ErrorCode.NotFound)]
    [InlineData(409, "what is this", "nor this", null, ErrorCode.Conflict)]
    public async Task Send_Refused_HasItsCodes(int code, string status, string? fcmCode, MessagingErrorCode? messaging, ErrorCode expected)
    {
        await using var fake = await FakeFcm.Start();
        fake.Answer = _ => FakeFcm.Error(code, status, fcmCode);
        var app = App(fake);
        var refused = await Assert.ThrowsAsync<FirebaseMessagingException>(() => FirebaseMessaging.GetMessaging(app).SendAsync(Ring("t")));
        Assert.Equal(messaging, refused.MessagingErrorCode);
        Assert.Equal(expected, refused.ErrorCode);
        Assert.Equal(code, (int)refused.HttpResponse!.StatusCode);
        app.Delete();
    }

    [StandInFact]
    public async Task Send_ServerBusy_IsSaidAtOnceWithItsRetryAfter()
    {
        await using var fake = await FakeFcm.Start();
        fake.Answer = _ => new Busy();
        var app = App(fake);
        var refused = await Assert.ThrowsAsync<FirebaseMessagingException>(() => FirebaseMessaging.GetMessaging(app).SendAsync(Ring("t")));
        Assert.Equal(ErrorCode.Unavailable, refused.ErrorCode);
        Assert.Equal(TimeSpan.FromSeconds(7), refused.HttpResponse!.Headers.RetryAfter!.Delta);
        Assert.Single(fake.Messages);
        app.Delete();
    }

    [StandInFact]
    public async Task Send_NobodyThere_OrNoAccessToken_IsAMessagingException()
    {
        var fake = await FakeFcm.Start();
        fake.RefusesUs = true;
        var app = App(fake);
        var refused = await Assert.ThrowsAsync<FirebaseMessagingException>(() => FirebaseMessaging.GetMessaging(app).SendAsync(Ring("t")));
        Assert.Equal(ErrorCode.Unauthenticated, refused.ErrorCode);
        Assert.Empty(fake.Messages);
        await fake.DisposeAsync();
        refused = await Assert.ThrowsAsync<FirebaseMessagingException>(() => FirebaseMessaging.GetMessaging(app).SendAsync(Ring("t")));
        Assert.Equal(ErrorCode.Unavailable, refused.ErrorCode);
        app.Delete();
    }

    [Fact]
    public async Task Send_Cancelled_Stops()
    {
        await using var fake = await FakeFcm.Start();
        using var deadline = new CancellationTokenSource();
        fake.Answer = _ =>
        {
            deadline.Cancel();
            return new Busy();
        };
        var app = App(fake);
        await Assert.ThrowsAnyAsync<Exception>(() => FirebaseMessaging.GetMessaging(app).SendAsync(Ring("t"), deadline.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => FirebaseMessaging.GetMessaging(app).SendEachAsync([Ring("t"), Ring("u")], deadline.Token));
        Assert.Single(fake.Messages);
        app.Delete();
    }

    [Fact]
    public async Task Message_ThatFcmCouldNotTake_IsTheCallersMistake()
    {
        await using var fake = await FakeFcm.Start();
        var app = App(fake);
        var messaging = FirebaseMessaging.GetMessaging(app);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => messaging.SendAsync(new Message()));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => messaging.SendAsync(
            new Message { Token = "t", Android = new AndroidConfig { TimeToLive = TimeSpan.FromSeconds(-1) } }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => messaging.SendEachAsync([]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => messaging.SendEachAsync(Enumerable.Range(0, 501).Select(i => Ring($"{i}"))));
        Assert.Empty(fake.Messages);
        app.Delete();
    }

    [Fact]
    public async Task Create_NameTaken_Fails()
    {
        await using var fake = await FakeFcm.Start();
        var app = App(fake);
        Assert.ThrowsAny<ArgumentException>(() => FirebaseApp.Create(new AppOptions { Credential = app.Options.Credential }, app.Name));
        app.Delete();
        FirebaseApp.Create(new AppOptions { Credential = app.Options.Credential }, app.Name).Delete();
    }

    private sealed class Busy : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "7";
            return FakeFcm.Error(503, "UNAVAILABLE", "UNAVAILABLE").ExecuteAsync(httpContext);
        }
    }
}
