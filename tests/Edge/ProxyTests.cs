namespace OrleansCalls.Tests.Edge;

/// <summary>
/// Behind a proxy that speaks TLS, clients are told of addresses that they can reach; without one, nobody is believed.
/// </summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("true", "https")]
    [InlineData("false", "http")]
    public async Task Addresses_HaveTheSchemeThatTheProxyWasAskedBy(string setting, string scheme)
    {
        await using var service = await Service.Start($"ForwardedHeaders_Enabled={setting}");
        var (_, config) = await service.Send(
            HttpMethod.Get, "/call-config.json", null, null, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1"));
        Assert.Equal($"{scheme}://{service.Address.Authority}", (string?)config!["baseUrl"]);
    }
}
