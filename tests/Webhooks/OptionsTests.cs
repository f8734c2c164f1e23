using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Webhooks;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>A wrong setting is one sentence that names it.</summary>
public sealed class OptionsTests
{
    private const string Secret = FakeReceiver.Secret;

    [Theory]
    [InlineData("Webhooks__Url", "Url", "app.example/hooks", "Secret", Secret)]
    [InlineData("Webhooks__Url", "Url", "ftp://app.example", "Secret", Secret)]
    [InlineData("Webhooks__Url", "Url", "/hooks", "Secret", Secret)]
    [InlineData("Webhooks__AuthorizeUrl", "AuthorizeUrl", "app.example", "Secret", Secret)]
    [InlineData("Webhooks__Secret", "Url", "https://app.example", "Secret", "")]
    [InlineData("Webhooks__Secret", "Url", "https://app.example", "Secret", "thirty-one bytes, one too few..")]
    [InlineData("Webhooks__Secret", "AuthorizeUrl", "https://app.example", "Secret", "short")]
    [InlineData("Webhooks__Secret", "Url", "https://app.example", "Secret", "whsec_")]
    [InlineData("Webhooks__Secret", "Url", "https://app.example", "Secret", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Webhooks__Secret", "Url", "https://app.example", "Secret", "whsec_this is no base64, however long it may be")]
    [InlineData("Webhooks__PreviousSecret", "Url", "https://app.example", "Secret", Secret, "PreviousSecret", "short")]
    [InlineData("Webhooks__PreviousSecret", "Url", "https://app.example", "Secret", Secret, "PreviousSecret", "whsec_c2hvcnQ=")]
    [InlineData("Webhooks__Events", "Events", "call.created,call.begun")]
    [InlineData("Webhooks__Events", "Events:0", "ended")]
    [InlineData("Webhooks__TimeoutSeconds", "TimeoutSeconds", "0")]
    [InlineData("Webhooks__TimeoutSeconds", "TimeoutSeconds", "31")]
    [InlineData("Webhooks__GiveUpHours", "GiveUpHours", "0")]
    [InlineData("Webhooks__GiveUpHours", "GiveUpHours", "49")]
    [InlineData("Webhooks__AuthorizeOnFailure", "AuthorizeOnFailure", "maybe")]
    public void Wrong_IsNamed(string named, params string[] settings)
    {
        var wrong = Assert.Throws<SettingException>(() => Read(settings));
        var sentence = Assert.Single(wrong.Sentences);
        Assert.StartsWith(named + " ", sentence);
        Assert.DoesNotContain(Secret, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("call.ended", "Events", "call.ended")]
    [InlineData("call.ended call.missed", "Events", " call.ended, call.missed,")]
    [InlineData("call.ended call.missed", "Events:0", "call.ended", "Events:1", "call.missed")]
    [InlineData("call.created call.ringing call.accepted call.active call.missed call.ended", "Events", "")]
    public void Events_AreAList(string expected, params string[] settings) =>
        Assert.Equal(expected, string.Join(' ', Read(settings).EventNames));

    [Fact]
    public void NothingSet_IsOff()
    {
        using var silo = Hooks.Silo(TimeProvider.System, null);
        Assert.Null(silo.GetService<IWebhookSender>());
        Assert.Null(silo.GetService<ICallAuthorizer>());
    }

    [Fact]
    public void QuestionsOnly_SendsNoEvents()
    {
        using var silo = Hooks.Silo(TimeProvider.System, null, ("AuthorizeUrl", "https://app.example"), ("Secret", Secret));
        Assert.True(silo.Authorizer().Asks);
        Assert.DoesNotContain(WebhookTypes.All, silo.Sender().Wants);
    }

    private static WebhookOptions Read(string[] settings)
    {
        using var silo = Hooks.Silo(TimeProvider.System, null, [.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        return silo.GetRequiredService<WebhookOptions>();
    }
}
