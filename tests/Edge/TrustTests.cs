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
            Assert.Equal(allowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
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
