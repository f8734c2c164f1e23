using System.Text;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push;

namespace OrleansCalls.Tests.Push;

/// <summary>What a push carries.</summary>
public sealed class PayloadTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void Ring_CarriesWhatTheProtocolNames_AsStrings()
    {
        var data = PushPayload.Data(Pushes.Ring() with { ConversationId = "conv" }, Now);
        Assert.Equal(new Dictionary<string, string>
        {
            ["type"] = "call_incoming",
            ["callId"] = "c1",
            ["callUuid"] = PushPayload.CallUuid("c1").ToString(),
            ["callerId"] = "@alice:home",
            ["callerName"] = "Älice \"A\"",
            ["media"] = "video",
            ["conversationId"] = "conv",
            ["ringUntil"] = "2026-01-31T12:01:00.005Z",
            ["ttlMs"] = "60000",
            ["sentAt"] = "2026-01-31T12:00:00.123Z",
            ["actionToken"] = "act1.k.c.m",
            // The dialects' own names.
            ["channelId"] = "c1",
            ["call_id"] = "c1",
            ["server_call_id"] = "c1",
            ["callType"] = "VIDEO",
            ["call_type"] = "video",
            ["caller_id"] = "@alice:home",
            ["caller_name"] = "Älice \"A\"",
            ["caller_username"] = "Älice \"A\"",
            ["conversation_id"] = "conv",
            ["roomId"] = "conv",
        }, data);
    }

    [Fact]
    public void LongNames_LeaveRoomForTheIds()
    {
        var data = PushPayload.Data(
            Pushes.Ring() with { CallerName = new string('日', 256), ConversationId = new string('本', 256) }, Now);
        Assert.InRange(data.Sum(field => Encoding.UTF8.GetByteCount(field.Key + field.Value)), 1, 3 * 1024);
        Assert.Equal(("c1", "c1", "c1"), (data["channelId"], data["call_id"], data["server_call_id"]));
    }

    [Theory]
    [InlineData("tel:+4930123", PushType.CallIncoming, "incoming_call", "+4930123")]
    [InlineData("tel:anonymous:c1", PushType.CallIncoming, "incoming_call", "")]
    [InlineData("tel:+4930123", PushType.CallMissed, "call_missed", "+4930123")]
    public void TelephoneCall_HasTheNamesOfDocument004_Too(string callerId, PushType type, string word, string number)
    {
        var data = PushPayload.Data(Pushes.Ring() with { CallerId = callerId, CallerName = "Ann", Type = type }, Now);
        Assert.Equal(
            (word, "c1", "c1", "Ann", number),
            (data["type"], data["call_id"], data["server_call_id"], data["caller_name"], data["caller_number"]));
        Assert.Equal(("c1", callerId), (data["callId"], data["callerId"]));
    }

    [Theory, InlineData(PushType.CallCancelled, "call_cancelled"), InlineData(PushType.CallMissed, "call_missed")]
    public void Others_CarryNoActionToken_AndNothingThatIsNotThere(PushType type, string word)
    {
        var data = PushPayload.Data(Pushes.Ring(seconds: -3) with { Type = type, ActionToken = null }, Now);
        Assert.Equal(word, data["type"]);
        Assert.Equal("0", data["ttlMs"]);
        Assert.False(data.ContainsKey("actionToken") || data.ContainsKey("conversationId"));
    }

    [Theory, InlineData("@alice:home"), InlineData("tel:+4930123")]
    public void TestRing_HasNoNameByWhichAnAppWouldRing(string callerId)
    {
        var test = Pushes.Ring(seconds: 10) with { Type = PushType.TestRing, CallId = "t1", CallerId = callerId };
        var data = PushPayload.Data(test, Now);
        Assert.Equal(["actionToken", "sentAt", "testId", "ttlMs", "type"], data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("test_ring", "t1", "10000"), (data["type"], data["testId"], data["ttlMs"]));
        Assert.Equal(data, PushPayload.Own(test, Now));
    }

    [Fact]
    public void CallUuid_OfAUuid_IsItself_ElseOfVersionFive()
    {
        const string own = "019a9b1c-5b7e-7c11-9a3e-0123456789ab";
        Assert.Equal(own, PushPayload.CallUuid(own).ToString());
        var made = PushPayload.CallUuid("channel_42");
        Assert.Equal(made, PushPayload.CallUuid("channel_42"));
        Assert.NotEqual(made, PushPayload.CallUuid("channel_43"));
        Assert.Equal((5, '8'), (made.Version, made.Variant is >= 8 and <= 11 ? '8' : 'x'));
    }
}
