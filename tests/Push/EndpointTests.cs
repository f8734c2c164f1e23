using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Tests.Push;

/// <summary>Endpoints come from clients: what is taken as one, and what is never connected to.</summary>
public sealed class EndpointTests
{
    private static readonly FakePushService.Browser Browser = new();

    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/abc:def")]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/gAAA")]
    [InlineData("https://web.push.apple.com/QGx")]
    [InlineData("https://wns2-par02p.notify.windows.com/w/?token=BQY%3d")]
    public void PushServicesOfBrowsers_AreTaken(string endpoint) => Assert.Null(Fault(endpoint));

    [Theory]
    [InlineData("http://push.example.org/x")]
    [InlineData("ftp://push.example.org/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//push.example.org/x")]
    [InlineData("/push/x")]
    [InlineData("")]
    [InlineData("https://push.example.org:8443/x")]
    [InlineData("https://push.example.org:22/x")]
    [InlineData("https://user:secret@push.example.org/x")]
    [InlineData("https://push.example.org/x#fragment")]
    [InlineData("https://bücher.example/x")]
    [InlineData("https://127.0.0.1/x")]
    [InlineData("https://2130706433/x")]
    [InlineData("https://0x7f.1/x")]
    [InlineData("https://[::1]/x")]
    [InlineData("https://8.8.8.8/x")]
    [InlineData("https://localhost/x")]
    [InlineData("https://localhost./x")]
    [InlineData("https://app.localhost/x")]
    [InlineData("https://metadata/x")]
    [InlineData("https://metadata.google.internal/x")]
    [InlineData("https://printer.local/x")]
    public void Others_AreRefused(string endpoint) => Assert.NotNull(Fault(endpoint));

    [Fact]
    public void LongEndpoint_IsRefused() => Assert.NotNull(Fault("https://push.example.org/" + new string('x', 2048)));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2a00:1450:4001:81c::200a", true)]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:53aa:64c::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void OnlyPublicAddresses_AreConnectedTo(string address, bool isPublic) =>
        Assert.Equal(isPublic, PushServices.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task NameOfAPrivateAddress_IsNotConnectedTo_UnlessAllowed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var origin = $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

        using var enough = new CancellationTokenSource();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Get([], origin, enough.Token));
        Assert.IsType<NotPublicException>(refused.InnerException);
        Assert.False(listener.Pending());

        var asking = Get([origin], origin, enough.Token);
        using var socket = await listener.AcceptSocketAsync().WaitAsync(Pushes.Patience);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData("any text")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"endpoint":1,"keys":{}}""")]
    [InlineData("""{"endpoint":"https://push.example.org/secret-x"}""")]
    [InlineData("""{"endpoint":"https://push.example.org/secret-x","keys":"secret-k"}""")]
    [InlineData(
        """{"endpoint":"https://push.example.org/secret-x","keys":{"p256dh":"secret-k","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}""")]
    [InlineData(
        """{"endpoint":"https://push.example.org/secret-x","keys":{"p256dh":"\ud800","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}""")]
    public void TextThatIsNoSubscription_IsRefused_WithoutRepeatingIt(string token)
    {
        Assert.False(WebPushSubscription.TryRead(token, out _, out var fault));
        Assert.DoesNotContain("secret", fault);
        Assert.EndsWith(".", fault);
    }

    [Fact]
    public void KeysThatAreNone_AreRefused()
    {
        var point = Browser.PublicKey;
        Assert.False(WebPushSubscription.TryRead(Token("https://push.example.org/x", point, "AAAA"), out _, out var fault));
        Assert.StartsWith("keys.auth", fault);
        foreach (var wrong in new[] { point[..^4], point[..^4] + "AAAA", "A" + point[1..], "" })
        {
            Assert.False(
                WebPushSubscription.TryRead(Token("https://push.example.org/x", wrong, Browser.AuthText), out _, out fault));
            Assert.StartsWith("keys.p256dh", fault);
        }
    }

    [Fact]
    public void SameSubscription_IsTheSameToken_HoweverItIsWritten()
    {
        var token = Token("https://push.example.org/x", Browser.PublicKey, Browser.AuthText);
        var other =
            $$"""{ "keys": {"auth": "{{Browser.AuthText}}==", "p256dh": "{{Browser.PublicKey}}"}, "expirationTime": 5, "endpoint": "https:\/\/PUSH.example.org:443/x" }""";
        Assert.True(WebPushSubscription.TryRead(token, out var one, out _));
        Assert.True(WebPushSubscription.TryRead(other, out var two, out _));
        Assert.Equal(one.Token, two.Token);
        Assert.True(WebPushSubscription.TryRead(one.Token, out var again, out _));
        Assert.Equal(one, again);
    }

    private static string? Fault(string endpoint) => WebPushSubscription.TryRead(
        Token(endpoint, Browser.PublicKey, Browser.AuthText), out var subscription, out var fault)
        ? new PushServices([]).Fault(subscription.Endpoint)
        : fault;

    private static string Token(string endpoint, string p256dh, string auth) =>
        JsonSerializer.Serialize(new { endpoint, keys = new { p256dh, auth } });

    private static async Task<string> Get(string[] allowed, string address, CancellationToken cancellation)
    {
        using var client = new HttpClient(
            new SocketsHttpHandler { ConnectCallback = new PushServices(allowed).Connect, UseProxy = false });
        return await client.GetStringAsync(new Uri(address), cancellation);
    }
}
