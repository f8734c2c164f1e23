using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansCalls.Client.Server;

namespace OrleansCalls.Client.Tests;

/// <summary>An app's back end: tokens, calls for users, webhooks, all of the real service.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    private const string Secret = "a secret for webhooks, 32 bytes and more";

    private readonly Channel<(Dictionary<string, string> Headers, byte[] Body)> _requests =
        Channel.CreateUnbounded<(Dictionary<string, string>, byte[])>();
    private WebApplication _receiver = null!;
    private Service _service = null!;
    private ServiceProvider _helpers = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.MapPost("/", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _requests.Writer.TryWrite(
                (request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                    body.ToArray()));
        });
        await _receiver.StartAsync();
        _service = await Service.Start($"Webhooks:Url={_receiver.Urls.Single()}", $"Webhooks:Secret={Secret}");
        _helpers = new ServiceCollection().AddOrleansCallsServer(options =>
        {
            options.Address = _service.Address;
            options.SigningKey = Service.SigningKey;
            options.WebhookSecrets.Add("the secret before this one, not yet gone");
            options.WebhookSecrets.Add(Secret);
        }).BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _helpers.DisposeAsync();
        await _service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Token_OpensTheHub_ForItsUserAndDevice()
    {
        var tokens = _helpers.GetRequiredService<CallTokens>();
        await using var bob = new Phone(
            _service.Address, "", "b1", _ => ValueTask.FromResult(tokens.Create("bob", "Bob B.", "b1")));
        await bob.Client.StartAsync();
        var call = await bob.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["alice"] });
        Assert.Equal(("bob", "Bob B.", "b1"), (call.Caller.Id, call.Caller.Name, call.Caller.DeviceId));
        await using var other = new Phone(
            _service.Address, "", "b2", _ => ValueTask.FromResult(tokens.Create("bob", deviceId: "b1")));
        Assert.Equal(
            CallErrorCode.Forbidden, (await Assert.ThrowsAsync<OrleansCallsException>(() => other.Client.StartAsync())).Code);
        Assert.Throws<ArgumentException>(() => new CallTokens(new OrleansCallsServerOptions { SigningKey = "short" }));
    }

    [Fact]
    public async Task Calls_AreStartedReadAndEnded_ForAUser()
    {
        var calls = _helpers.GetRequiredService<CallService>();
        await using var bob = await Phone.Start(_service.Address, "bob", "b1");
        var call = await calls.StartCallAsync(
            "alice", new StartCallRequest { CallId = "from:the-back-end", CalleeIds = ["bob"] });
        Assert.Equal("alice", (await bob.Next<CallIncoming>()).Call.Caller.Id);
        Assert.Equal(
            call.CallId,
            (await calls.StartCallAsync("alice", new StartCallRequest { CallId = call.CallId, CalleeIds = ["bob"] })).CallId);
        Assert.Equal(CallState.Ringing, (await calls.GetCallAsync("alice", call.CallId)).State);
        Assert.Equal(EndReason.Cancelled, (await calls.EndCallAsync("alice", call.CallId, "changed my mind")).EndReason);
        await bob.Next<CallEnded>();

        var late = await Assert.ThrowsAsync<OrleansCallsException>(() => calls.GetCallAsync("alice", "none"));
        Assert.Equal((CallErrorCode.NotFound, true), (late.Code, late.TraceId is { Length: > 0 }));
        var notHers = await Assert.ThrowsAsync<OrleansCallsException>(() => calls.EndCallAsync("dora", call.CallId));
        Assert.Equal(CallErrorCode.Forbidden, notHers.Code);
        using var nobody = new CallService(
            new OrleansCallsServerOptions { Address = new Uri("http://127.0.0.1:1") }, _helpers.GetRequiredService<CallTokens>());
        Assert.True((await Assert.ThrowsAsync<OrleansCallsException>(() => nobody.GetCallAsync("alice", "c"))).IsTransient);
    }

    [Fact]
    public async Task Webhook_IsVerified_AlteredForeignAndReplayedOnesAreNot()
    {
        await _helpers.GetRequiredService<CallService>().StartCallAsync(
            "alice", new StartCallRequest { CallId = "hook", CalleeIds = ["bob"] });
        var (headers, body) = await _requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        var verifier = _helpers.GetRequiredService<WebhookVerifier>();
        Assert.Equal(WebhookFault.None, verifier.Verify(headers.GetValueOrDefault, body, out var what));
        Assert.Equal(
            ("call.created", "hook", headers[WebhookVerifier.IdHeader].Replace("%2E", ".", StringComparison.Ordinal)),
            (what!.Type, what.Call.CallId, what.Id));

        foreach (var i in new[] { 0, body.Length / 2, body.Length - 1 })
        {
            var altered = (byte[])body.Clone();
            altered[i] ^= 1;
            Assert.Equal(WebhookFault.WrongSignature, verifier.Verify(headers.GetValueOrDefault, altered, out what));
            Assert.Null(what);
        }

        Assert.Equal(
            WebhookFault.WrongSignature,
            Verifier("another secret that is long enough").Verify(headers.GetValueOrDefault, body, out _));
        foreach (var name in new[] { WebhookVerifier.IdHeader, WebhookVerifier.TimestampHeader })
            Assert.Equal(WebhookFault.NotSigned, verifier.Verify(h => h == name ? null : headers[h], body, out _));
        Assert.Equal(
            WebhookFault.NotSigned,
            verifier.Verify(h => h.Contains("ignature", StringComparison.Ordinal) ? null : headers[h], body, out _));
        Assert.Equal(
            WebhookFault.WrongSignature,
            verifier.Verify(h => h == WebhookVerifier.IdHeader ? "another" : headers[h], body, out _));
        // A service of the version before sends its own headers only.
        Assert.Equal(
            WebhookFault.None,
            verifier.Verify(h => h.StartsWith("X-", StringComparison.Ordinal) ? headers[h] : null, body, out _));
        Assert.Equal(
            WebhookFault.WrongSignature,
            verifier.Verify(h => h.StartsWith("X-", StringComparison.Ordinal) ? headers[h] : null, "{}"u8, out _));
        // Sent again later with a time that makes it look new: the time is signed too.
        Assert.Equal(WebhookFault.WrongSignature, verifier.Verify(
            h => h == WebhookVerifier.TimestampHeader ? $"{long.Parse(headers[h]) + 400}" : headers[h], body, out _));
        foreach (var wrong in new[]
        {
            "v1,", "v1,zz", "v1a,AAAA", headers[WebhookVerifier.SignatureHeader] + "AAAA",
            headers[WebhookVerifier.SignatureHeader].Replace("v1,", "v2,", StringComparison.Ordinal),
        })
            Assert.Equal(
                WebhookFault.WrongSignature,
                verifier.Verify(h => h == WebhookVerifier.SignatureHeader ? wrong : headers[h], body, out _));
    }

    [Theory]
    [InlineData(-299, WebhookFault.None), InlineData(299, WebhookFault.None)]
    [InlineData(-302, WebhookFault.WrongTime), InlineData(302, WebhookFault.WrongTime)]
    public async Task Webhook_SentAgainLater_OrByAClockFarOff_IsRefused(int seconds, WebhookFault expected)
    {
        await _helpers.GetRequiredService<CallService>().StartCallAsync(
            "alice", new StartCallRequest { CallId = "old", CalleeIds = ["bob"] });
        var (headers, body) = await _requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        var sentAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers[WebhookVerifier.TimestampHeader]));
        Assert.Equal(expected, Verifier(Secret, sentAt.AddSeconds(seconds)).Verify(headers.GetValueOrDefault, body, out _));
    }

    [Fact]
    public void Webhook_ThatIsSignedButNoEvent_IsUnreadable()
    {
        var body = Encoding.UTF8.GetBytes("""{"hello":1}""");
        var timestamp = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        var mac = System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes($"id.{timestamp}."), .. body]);
        var headers = new Dictionary<string, string>
        {
            [WebhookVerifier.IdHeader] = "id", [WebhookVerifier.TimestampHeader] = timestamp,
            [WebhookVerifier.SignatureHeader] = "v1,AAAA v1," + Convert.ToBase64String(mac),
        };
        Assert.Equal(WebhookFault.Unreadable, Verifier(Secret).Verify(headers.GetValueOrDefault, body, out _));
        Assert.Equal(
            WebhookFault.Unreadable,
            Verifier("whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))).Verify(
                headers.GetValueOrDefault, body, out _));
        Assert.Throws<ArgumentException>(() => Verifier("whsec_no base64 !"));
    }

    private static WebhookVerifier Verifier(string secret, DateTimeOffset? now = null)
    {
        var options = new OrleansCallsServerOptions();
        options.WebhookSecrets.Add(secret);
        return new WebhookVerifier(options, now is { } at ? new TestTime(at) : null);
    }
}
