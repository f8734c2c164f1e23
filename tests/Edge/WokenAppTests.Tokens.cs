namespace OrleansCalls.Tests.Edge;

// The tokens that phones are pushed by.
public sealed partial class WokenAppTests
{
    [Theory]
    [InlineData("fcm", "")]
    [InlineData("fcm", null)]
    [InlineData("fcm", "a\u0001b")]
    [InlineData("carrier_pigeon", "t")]
    [InlineData(null, "t")]
    public async Task PushToken_ThatIsNone_IsRefused(string? provider, string? token)
    {
        var (status, problem) = await _service.Send(
            HttpMethod.Put, "/api/v1/devices/phone/push-token", Service.Token("kim"), new { provider, token });
        Assert.Equal((400, "invalid_argument"), (status, (string?)problem!["code"]));
    }

    [Fact]
    public async Task PushToken_TooLong_IsRefused_AndTheSeventeenthDeviceTakesThePlaceOfTheOldest()
    {
        var kim = Service.Token("kim");
        var (status, problem) = await _service.Send(
            HttpMethod.Put, "/api/v1/devices/phone/push-token", kim, new { provider = "fcm", token = new string('x', 4097) });
        Assert.Equal((400, "invalid_argument"), (status, (string?)problem!["code"]));
        for (var device = 1; device <= 17; device++)
            await Token("kim", $"d{device}");
        var (_, devices) = await _service.Send(HttpMethod.Get, "/api/v1/devices", kim);
        Assert.Equal(
            Enumerable.Range(2, 16).Select(device => $"d{device}").Order(StringComparer.Ordinal),
            devices!["items"]!.AsArray().Select(device => (string)device!["deviceId"]!));
    }

    [Fact]
    public async Task Devices_AreListedForTheirUser_AndCanBeForgotten()
    {
        var lea = Service.Token("lea");
        await Token("lea", "lost");
        await Token("lea", "phone");
        await using var page = await _service.Connect("lea", "page", "&platform=web");
        await page.Hears("OpenCalls");
        var (_, devices) = await _service.Send(HttpMethod.Get, "/api/v1/devices", lea);
        Assert.Equal(["lost", "page", "phone"], devices!["items"]!.AsArray().Select(device => (string)device!["deviceId"]!));
        var (lost, connected) = (devices["items"]![0]!, devices["items"]![1]!);
        Assert.Equal("fcm", (string?)Assert.Single(lost["push"]!.AsArray())!["provider"]);
        Assert.Null(lost["connectedAt"]);
        Assert.Equal(("web", 0), ((string?)connected["platform"], connected["push"]!.AsArray().Count));
        Assert.NotNull(connected["connectedAt"]);
        Assert.DoesNotContain("token-of-lea", devices.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(204, (await _service.Send(HttpMethod.Delete, "/api/v1/devices/lost", lea)).Status);
        (_, devices) = await _service.Send(HttpMethod.Get, "/api/v1/devices", lea);
        Assert.Equal(["page", "phone"], devices!["items"]!.AsArray().Select(device => (string)device!["deviceId"]!));
    }
}
