using OrleansCalls.Gateway;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Telephone;

/// <summary>A service that starts before its Asterisk does.</summary>
public sealed class AsteriskDownTests : Telephones
{
    protected override bool BeginsWithout => true;

    [Fact]
    public async Task AriDown_AtStart_AppsCallEachOther_AndTelephonesOnceItIsThere()
    {
        var checks = (await Service.Send(HttpMethod.Get, "/health/ready", null)).Body!["checks"]!;
        Assert.Equal("healthy", (string?)checks["grains"]);
        var (status, _) = await Service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("alice"),
            new { callId = "c1", calleeIds = new[] { "bob" }, media = "audio" });
        Assert.Equal(200, status);

        // Left by a life of the bridge of which nobody knows any more.
        await Ari.Run();
        Ari.Leaves(new FakeChannel("calls.0.1.mobile", "s") { StasisData = FakeAri.App, State = "Up" }, "calls.0.1.bridge");
        Ari.Leaves(new FakeChannel("other.0.1.mobile", "s") { StasisData = "other", State = "Up" }, "other.0.1.bridge");
        await Ari.UntilListened();
        await Rings("1.1");
        await IsHungUp("calls.0.1.mobile", "normal");
        await Ari.Until(() => Ari.Bridge("calls.0.1.bridge") is null, "no bridge is left");
        Assert.NotNull(Ari.Channel("other.0.1.mobile"));
        Assert.NotNull(Ari.Bridge("other.0.1.bridge"));
    }
}

/// <summary>What a wrong setting is answered with.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Right = new()
    {
        ["AriUrl"] = "http://asterisk:8088/ari", ["AriUser"] = "a", ["AriPassword"] = "b", ["App"] = "calls",
    };

    [Theory]
    [InlineData("AriUrl", null)]
    [InlineData("AriUrl", "asterisk:8088")]
    [InlineData("AriUrl", "ftp://asterisk/ari")]
    [InlineData("AriUrl", "http://a:b@asterisk:8088/ari")]
    [InlineData("AriUrl", "http://asterisk:8088/ari?api_key=a:b")]
    [InlineData("AriUser", null)]
    [InlineData("AriUser", "a:b")]
    [InlineData("AriPassword", null)]
    [InlineData("App", null)]
    [InlineData("App", "my,app")]
    [InlineData("App", "a-name-of-25-characters--")]
    [InlineData("RingSeconds", "5")]
    [InlineData("RingSeconds", "181")]
    [InlineData("BusySeconds", "31")]
    [InlineData("Extensions", "100")]
    [InlineData("Extensions", "100=")]
    [InlineData("Extensions", "100=a,100=b")]
    [InlineData("Extensions", "1/0=a")]
    public void WrongSetting_IsNamed(string name, string? value)
    {
        var settings = new Dictionary<string, string?>(Right!) { [name] = value };
        string[] args = [.. settings.Where(one => one.Value is not null).Select(one => $"--Bridge:{one.Key}={one.Value}")];
        var wrong = Assert.Throws<SettingException>(() => GatewayApp.Create(["--environment=Development", .. args]));
        Assert.StartsWith($"Bridge__{name} ", wrong.Message, StringComparison.Ordinal);
    }
}
