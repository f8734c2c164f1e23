using System.Net;
using OrleansCalls.Tool.Turn;

namespace OrleansCalls.Tests.Tool;

/// <summary>Messages of STUN, against the test vectors of RFC 5769, and what is no message.</summary>
public sealed class StunTests
{
    // Section 2.2: a response with an IPv4 address.
    private static readonly byte[] Response = Convert.FromHexString(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");

    // Section 2.4: a request with long-term credentials.
    private static readonly byte[] Request = Convert.FromHexString(
        "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000"
        + "0015001c662f2f3439396b3935346436 4f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700".Replace(
            " ", "", StringComparison.Ordinal)
        + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666");

    [Fact]
    public void Response_HasItsAddress_AndItsSignatureHolds()
    {
        var message = StunMessage.Read(Response)!;
        Assert.Equal(StunType.BindingSuccess, message.Type);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 32853), message.Address(StunAttribute.XorMappedAddress));
        Assert.True(message.IsSigned("VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray()));
        Assert.False(message.IsSigned("another"u8.ToArray()));
    }

    [Fact]
    public void Request_IsSignedWithTheLongTermKey_AndWrittenAsItWasRead()
    {
        var read = StunMessage.Read(Request)!;
        var key = StunMessage.Key("\u30de\u30c8\u30ea\u30c3\u30af\u30b9", "example.org", "TheMatrIX");
        Assert.True(read.IsSigned(key));
        var written = new StunMessage { Type = StunType.Binding, TransactionId = read.TransactionId }
            .Add(StunAttribute.Username, read.Bytes(StunAttribute.Username)!).Add(
                StunAttribute.Nonce, read.Bytes(StunAttribute.Nonce)!)
            .Add(StunAttribute.Realm, "example.org").Write(key);
        Assert.Equal(Request, written);
    }

    [Fact]
    public void WhatIsCutOrChanged_IsNoMessage_OrNotSigned()
    {
        for (var length = 0; length < Response.Length; length++)
            Assert.Null(StunMessage.Read(Response.AsSpan(0, length)));
        for (var at = 0; at < Request.Length; at++)
        {
            var changed = Request.ToArray();
            changed[at] ^= 0x81;
            Assert.NotEqual(
                true,
                StunMessage.Read(changed)?.IsSigned(
                    StunMessage.Key("\u30de\u30c8\u30ea\u30c3\u30af\u30b9", "example.org", "TheMatrIX")));
        }
    }

    [Theory]
    [InlineData("turn:turn.example.org", "turn.example.org", 3478, "Udp", true)]
    [InlineData("turn:turn.example.org:80?transport=tcp", "turn.example.org", 80, "Tcp", true)]
    [InlineData("turns:turn.example.org?transport=tcp", "turn.example.org", 5349, "Tls", true)]
    [InlineData("stun:[2001:db8::1]:3479", "2001:db8::1", 3479, "Udp", false)]
    [InlineData("stuns:a", "a", 5349, "Tls", false)]
    public void Address_IsRead(string text, string host, int port, string transport, bool isTurn) =>
        Assert.Equal(new StunAddress(host, port, Enum.Parse<StunTransport>(transport), isTurn), StunAddress.Read(text));

    [Theory]
    [InlineData("turn:")]
    [InlineData("turn://host")]
    [InlineData("turn:host:0")]
    [InlineData("turn:host:70000")]
    [InlineData("turns:host?transport=udp")]
    [InlineData("turn:host?transport=sctp")]
    [InlineData("http://host")]
    public void Address_ThatIsNone_IsNone(string text) => Assert.Null(StunAddress.Read(text));
}
