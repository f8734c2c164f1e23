using System.Buffers.Text;
using System.Text;

namespace OrleansCalls.Tests.Machine.Push;

/// <summary>An action token is good for what it was signed for, and for nothing that somebody makes of it.</summary>
public sealed class ActionTokenTests
{
    private static readonly DateTimeOffset Now = Bench.T0;
    private static readonly ActionKey Key = NewKey("k1", 1);
    private static readonly ActionToken Token = new("call:1", "@bob.x:home", "phone.1", Now.AddMinutes(5));

    [Fact]
    public void Signed_IsReadBack()
    {
        Assert.Equal(Token, ActionToken.Read(Token.Sign(Key), Key, Now));
        Assert.Equal("k1", ActionToken.KeyIdOf(Token.Sign(Key)));
    }

    [Theory, InlineData(299, true), InlineData(300, false), InlineData(100_000, false)]
    public void Age_EndsIt(int seconds, bool good) =>
        Assert.Equal(good, ActionToken.Read(Token.Sign(Key), Key, Now.AddSeconds(seconds)) is not null);

    [Fact]
    public void AnotherKeyOfTheSameName_DoesNotOpenIt() =>
        Assert.Null(ActionToken.Read(Token.Sign(Key), NewKey("k1", 2), Now));

    [Fact]
    public void AnyCharacterChanged_IsRefused()
    {
        var text = Token.Sign(Key);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
                continue;
            // The last character of base64url holds bits that belong to no byte: all its neighbours are tried.
            foreach (var other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".Where(c => c != text[i]))
                Assert.Null(ActionToken.Read($"{text[..i]}{other}{text[(i + 1)..]}", Key, Now));
        }
    }

    [Fact]
    public void ClaimsOfAnotherToken_UnderThisMac_AreRefused()
    {
        var mine = Token.Sign(Key).Split('.');
        var claims = Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes($"other\n@bob.x:home\nphone.1\n{Now.AddDays(1).ToUnixTimeSeconds()}"));
        Assert.Null(ActionToken.Read($"{mine[0]}.{mine[1]}.{claims}.{mine[3]}", Key, Now));
    }

    [Theory]
    [InlineData(""), InlineData("act1."), InlineData("act1..."), InlineData("act1.k1.x"), InlineData("act1.k1..")]
    [InlineData("act1.k1.%.%"), InlineData("eyJhbGciOiJub25lIn0.e30."), InlineData("act1.k1.AAAA.AAAA.AAAA")]
    public void Nonsense_IsRefused(string text) => Assert.Null(ActionToken.Read(text, Key, Now));

    [Fact]
    public void AMegabyte_IsNotLookedAt() => Assert.Null(ActionToken.KeyIdOf("act1.k1." + new string('A', 1_000_000) + ".A"));

    private static ActionKey NewKey(string keyId, byte fill) =>
        new() { KeyId = keyId, Secret = [.. Enumerable.Repeat(fill, 32)], CreatedAt = Now };
}
