using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.FileProviders;

namespace OrleansCalls.Tests.Edge;

/// <summary>Whom the gateway lets in: pages of other origins, clients that do not keep up.</summary>
public sealed class TrustTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("https://app.example", "https://app.example")]
    [InlineData("https://evil.example", null)]
    public async Task Origins_ThatAreNamed_MayCallUs(string origin, string? allowed)
    {
        await using var service = await Service.Start("Cors:Origins=https://app.example,https://other.example");
        foreach (var (method, path) in new[] { (HttpMethod.Options, "/api/v1/calls"), (HttpMethod.Get, "/api/v1/config") })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization");
            using var response = await service.Http.SendAsync(request);
            Assert.Equal(
                allowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        }
    }

    [Fact]
    public async Task Origins_WithoutASetting_AreNone()
    {
        await using var service = await Service.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/config");
        request.Headers.Add("Origin", "https://app.example");
        using var response = await service.Http.SendAsync(request);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    /// <summary>Browsers let any page open a WebSocket here and send the operators' cookie along: no token, no socket.</summary>
    [Theory]
    [InlineData("/hubs/calls")]
    [InlineData("/ws/notifications/")]
    public async Task SocketOfAnotherPage_IsNotOpenedByACookie(string path)
    {
        await using var service = await Service.Start();
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        socket.Options.SetRequestHeader("Cookie", "calls-admin=x");
        using var patience = new CancellationTokenSource(Patience);
        var address = new UriBuilder(service.Address) { Scheme = "ws", Path = path }.Uri;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, patience.Token));
        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
    }

    /// <summary>
    /// What the browser is told to allow the page: nothing from elsewhere, no frame around it, no text as a script.
    /// </summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/app.js")]
    [InlineData("/admin/")]
    public async Task Page_LoadsFromHereOnly_AndIsFramedByNobody(string path)
    {
        var folder = Directory.CreateTempSubdirectory("orleanscalls-page-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "admin"));
        foreach (var file in new[] { "index.html", "app.js", "admin/index.html" })
            await File.WriteAllTextAsync(Path.Combine(folder, file), "<p>");
        await using (var service = await Service.Start(
            builder => builder.Environment.WebRootFileProvider = new PhysicalFileProvider(folder)))
        {
            using var answer = await service.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(path.EndsWith('/') ? "text/html" : "text/javascript", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy")).Split("; ")
                .Select(part => part.Split(' ', 2)).ToDictionary(part => part[0], part => part[1]);
            Assert.Equal("'self'", policy["default-src"]);
            foreach (var directive in new[] { "frame-ancestors", "object-src", "base-uri" })
                Assert.Equal("'none'", policy[directive]);
            Assert.Equal("'script'", policy["require-trusted-types-for"]);
            // A policy of its own would allow more than the default.
            Assert.DoesNotContain(policy.Keys, key => key is "connect-src" or "script-src" or "img-src" or "worker-src");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ClientThatDoesNotRead_IsCutOff_OthersAreNot_AndItComesBack()
    {
        await using var service = await Service.Start("Gateway:QueueLength=8");
        var admin = Service.Token("root", null, "admin");
        using var deaf = await RawHub.Connect(service.Address, Service.Token("dan"), "deaf");
        await using var attentive = await service.Connect("dan", "attentive");
        await attentive.Hears("OpenCalls");

        // Until the buffers of both sides are full, and then the queue.
        var payload = new string('x', 60_000);
        using var patience = new CancellationTokenSource(Patience);
        for (var connected = 2; connected > 1;)
        {
            patience.Token.ThrowIfCancellationRequested();
            await service.Send(HttpMethod.Post, "/api/v1/admin/users/dan/notify", admin, new { type = "flood", payload });
            await attentive.Hears("NotificationReceived");
            var (_, user) = await service.Send(HttpMethod.Get, "/api/v1/admin/users/dan", admin);
            connected = user!["connections"]!.AsArray().Count;
        }

        Assert.Contains("overflow", await service.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await using var again = await service.Connect("dan", "deaf");
        await again.Hears("OpenCalls");
    }
}
