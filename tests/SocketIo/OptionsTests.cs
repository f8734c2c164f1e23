using Microsoft.Extensions.Configuration;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.SocketIo;

public sealed class OptionsTests
{
    [Fact]
    public void Read_NothingSet_IsTheDefault() => Assert.Equal(new SocketIoOptions(), Read());

    [Fact]
    public void Read_AllSet_IsTaken()
    {
        var options = Read(
            ("PingIntervalSeconds", "1"), ("PingTimeoutSeconds", "2.5"), ("ConnectTimeoutSeconds", "3"),
            ("UpgradeTimeoutSeconds", "4"),
            ("CloseTimeoutSeconds", "0.5"), ("MaxPayload", "2048"), ("QueueLength", "9"), ("MaxBufferedBytes", "70000"),
            ("InboxLength", "1"), ("MaxUnconnected", "7"), ("MaxUnconnectedPerAddress", "3"));
        Assert.Equal(new SocketIoOptions
        {
            PingInterval = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(2.5),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            UpgradeTimeout = TimeSpan.FromSeconds(4), CloseTimeout = TimeSpan.FromSeconds(0.5),
            MaxPayload = 2048, QueueLength = 9,
            MaxBufferedBytes = 70_000, InboxLength = 1, MaxUnconnected = 7, MaxUnconnectedPerAddress = 3,
        }, options);
    }

    [Theory]
    [InlineData("PingIntervalSeconds", "0", "301", "x")]
    [InlineData("PingTimeoutSeconds", "0", "301", "-1")]
    [InlineData("ConnectTimeoutSeconds", "0", "301", "soon")]
    [InlineData("UpgradeTimeoutSeconds", "0", "61", "1e9")]
    [InlineData("CloseTimeoutSeconds", "0", "61", "NaN")]
    [InlineData("MaxPayload", "1023", "16777217", "64k")]
    [InlineData("QueueLength", "7", "65537", "1.5")]
    [InlineData("MaxBufferedBytes", "65535", "268435457", "all")]
    [InlineData("InboxLength", "0", "65537", "-1")]
    [InlineData("MaxUnconnected", "0", "1000001", "x")]
    [InlineData("MaxUnconnectedPerAddress", "0", "1000001", "x")]
    public void Read_WrongValue_NamesTheSetting(string name, params string[] values)
    {
        foreach (var value in values)
        {
            var exception = Assert.Throws<SettingException>(() => Read((name, value)));
            Assert.StartsWith($"SocketIo__{name} must be ", exception.Message, StringComparison.Ordinal);
        }
    }

    private static SocketIoOptions Read(params (string Name, string Value)[] settings) =>
        SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"SocketIo:{setting.Name}", (string?)setting.Value))).Build(),
            SocketIoOptions.Read);
}
