using System.Text;
using System.Text.Json;

namespace OrleansCalls.Tests.SocketIo;

public sealed class PacketTests
{
    [Theory]
    [InlineData("0", "Connect", "/", null, null)]
    [InlineData("""0{"token":"t"}""", "Connect", "/", null, """{"token":"t"}""")]
    [InlineData("0/admin,", "Connect", "/admin", null, null)]
    [InlineData("0/admin", "Connect", "/admin", null, null)]
    [InlineData("""0/admin?x=1,{"token":"t"}""", "Connect", "/admin?x=1", null, """{"token":"t"}""")]
    [InlineData("0/,", "Connect", "/", null, null)]
    [InlineData("1", "Disconnect", "/", null, null)]
    [InlineData("1/admin,", "Disconnect", "/admin", null, null)]
    [InlineData("""2["hello"]""", "Event", "/", null, """["hello"]""")]
    [InlineData("""2["",null,1.5,{"a":[]}]""", "Event", "/", null, """["",null,1.5,{"a":[]}]""")]
    [InlineData("""27["hello",1]""", "Event", "/", 7L, """["hello",1]""")]
    [InlineData("""2/admin,12["hello"]""", "Event", "/admin", 12L, """["hello"]""")]
    [InlineData("""29007199254740991["hello"]""", "Event", "/", 9007199254740991L, """["hello"]""")]
    [InlineData("""2["gr\u00fc\u00df","\ud83d\ude00"]""", "Event", "/", null, """["gr\u00fc\u00df","\ud83d\ude00"]""")]
    [InlineData("30[]", "Ack", "/", 0L, "[]")]
    [InlineData("""3/admin,5[{"ok":true}]""", "Ack", "/admin", 5L, """[{"ok":true}]""")]
    public void Parse_GoodPacket_IsRead(string text, string type, string space, long? id, string? data)
    {
        var packet = SocketPacket.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal((type, space, id, data), (packet.Type.ToString(), packet.Namespace, packet.Id, packet.Data?.GetRawText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("7")]
    [InlineData("""4{"message":"no"}""")]
    [InlineData("00")]
    [InlineData("0[]")]
    [InlineData("0null")]
    [InlineData("""0"token" """)]
    [InlineData("0{")]
    [InlineData("1{}")]
    [InlineData("15")]
    [InlineData("2")]
    [InlineData("2[]")]
    [InlineData("2[1]")]
    [InlineData("2[null]")]
    [InlineData("""2{"0":"hello"}""")]
    [InlineData("""2["hello" """)]
    [InlineData("""2["hello"]]""")]
    [InlineData("""2["hello"]["hello"]""")]
    [InlineData("""2 ["hello"]x""")]
    [InlineData("""2-1["hello"]""")]
    [InlineData("""299999999999999999999["hello"]""")]
    [InlineData("""2["connect"]""")]
    [InlineData("""2["connect_error"]""")]
    [InlineData("""2["disconnect"]""")]
    [InlineData("""2["disconnecting"]""")]
    [InlineData("""2["newListener"]""")]
    [InlineData("""2["removeListener"]""")]
    [InlineData("""2["\ud83d"]""")]
    [InlineData("""2["hello","\ude00"]""")]
    [InlineData("""2["hello",{"\ud83d":1}]""")]
    [InlineData("3[]")]
    [InlineData("3")]
    [InlineData("35")]
    [InlineData("35{}")]
    [InlineData("""51-["hello",{"_placeholder":true,"num":0}]""")]
    [InlineData("""61-1[{"_placeholder":true,"num":0}]""")]
    public void Parse_BadPacket_Throws(string text) =>
        Assert.Throws<ProtocolException>(() => SocketPacket.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Parse_DeepJson_Throws()
    {
        var deep = Encoding.UTF8.GetBytes($"2[\"a\",{new string('[', 1000)}{new string(']', 1000)}]");
        Assert.Throws<ProtocolException>(() => SocketPacket.Parse(deep));
    }

    [Fact]
    public void Parse_NoUtf8_Throws() =>
        Assert.Throws<ProtocolException>(() => SocketPacket.Parse([.. "2[\""u8, 0xc3, 0x28, .. "\"]"u8]));

    [Fact]
    public void Event_HoldsArgumentsInOrder()
    {
        ReadOnlyMemory<byte> raw = """{"raw":true}"""u8.ToArray();
        var written = SocketPackets.Event("näme", [null, 1, "x", new { FirstName = "A" }, raw], JsonSerializerOptions.Web);
        Assert.StartsWith("42[", Text(written), StringComparison.Ordinal);
        var packet = SocketPacket.Parse(written.Span[1..]);
        Assert.Equal("näme", packet.EventName());
        Assert.Equal("""null|1|"x"|{"firstName":"A"}|{"raw":true}""", string.Join('|', packet.Data!.Value.EnumerateArray().Skip(1)
            .Select(argument => argument.GetRawText())));
    }

    [Fact]
    public void Written_IsWhatTheProtocolSays()
    {
        Assert.Equal("""40{"sid":"abc"}""", Text(SocketPackets.Connected("abc")));
        Assert.Equal(
            """44{"message":"no","data":{"code":"why"}}""", Text(SocketPackets.ConnectError(new ConnectRefusal("no", "why"))));
        Assert.Equal("""44/admin,{"message":"Invalid namespace"}""", Text(SocketPackets.InvalidNamespace("/admin")));
        Assert.Equal("41", Text(SocketPackets.Disconnect));
        Assert.Equal("4312[]", Text(SocketPackets.Ack(12, [], JsonSerializerOptions.Web)));
        Assert.Equal("""430["a",2]""", Text(SocketPackets.Ack(0, ["a", 2], JsonSerializerOptions.Web)));
        Assert.Equal(
            """425["hello"]""", Text(SocketPackets.WithId(SocketPackets.Event("hello", [], JsonSerializerOptions.Web), 5)));
    }

    [Fact]
    public void Open_TellsTimesAndLimits()
    {
        var options = new SocketIoOptions
        {
            PingInterval = TimeSpan.FromSeconds(3), PingTimeout = TimeSpan.FromSeconds(2), MaxPayload = 5_000,
        };
        Assert.Equal("""0{"sid":"s","upgrades":["websocket"],"pingInterval":3000,"pingTimeout":2000,"maxPayload":5000}""",
            Text(EnginePacket.Open("s", mayUpgrade: true, options)));
        Assert.Contains("\"upgrades\":[]", Text(EnginePacket.Open("s", mayUpgrade: false, options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("3", "3")]
    [InlineData("40\u001e3", "40|3")]
    [InlineData("40\u001e\u001e3\u001e", "40||3|")]
    public void Split_GivesThePacketsOfABody(string body, string packets) =>
        Assert.Equal(packets, string.Join('|', EnginePacket.Split(Encoding.UTF8.GetBytes(body)).Select(Text)));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
