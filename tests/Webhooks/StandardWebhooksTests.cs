using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansCalls.Webhooks;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>Our requests before a verifier of Standard Webhooks that is not ours.</summary>
public sealed class StandardWebhooksTests : IAsyncLifetime
{
    private const string Old = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private const string New = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

    private FakeReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await FakeReceiver.Start();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Event_IsTaken_AlteredOnesAreNot()
    {
        var (headers, body) = await Sent(Old);
        Verify(Old, headers, body);
        Assert.Throws<WebhookVerificationException>(() => Verify(New, headers, body));
        Assert.Throws<WebhookVerificationException>(
            () => Verify(Old, headers, body.Replace("bob", "eve", StringComparison.Ordinal)));
        foreach (var (name, value) in new[]
        {
            ("webhook-id", "another"), ("webhook-timestamp", $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 7}"),
        })
        {
            var altered = new HeaderDictionary(headers.ToDictionary()) { [name] = value };
            Assert.Throws<WebhookVerificationException>(() => Verify(Old, altered, body));
        }
    }

    [Fact]
    public async Task OldEvent_IsNotTaken()
    {
        var (headers, body) = await Sent(Old, new TestTime());
        Assert.Throws<WebhookVerificationException>(() => Verify(Old, headers, body));
    }

    [Fact]
    public async Task SecretOfAnEarlierVersion_IsGivenToLibrariesAsBase64()
    {
        var (headers, body) = await Sent(FakeReceiver.Secret);
        Verify("whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes(FakeReceiver.Secret)), headers, body);
    }

    [Fact]
    public async Task WhileTheSecretChanges_EitherIsGood()
    {
        var (headers, body) = await Sent(New, null, ("PreviousSecret", Old));
        var signatures = headers["webhook-signature"].ToString().Split(' ');
        Assert.Equal(2, signatures.Length);
        // This library reads the first signature only; tests/TypeScript has one that reads all.
        foreach (var (secret, signature) in new[] { (New, signatures[0]), (Old, signatures[1]) })
            Verify(secret, new HeaderDictionary(headers.ToDictionary()) { ["webhook-signature"] = signature }, body);
    }

    [Fact]
    public async Task OldHeaders_AreLeftOut_WhenTheSettingSaysSo()
    {
        _receiver.HasLegacyHeaders = false;
        var (headers, body) = await Sent(New, null, ("LegacyHeaders", "false"));
        Verify(New, headers, body);
        Assert.DoesNotContain(headers.Keys, name => name.StartsWith("X-Webhook", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Repetition_HasTheSameId_AndItsOwnTime()
    {
        var time = new TestTime();
        _receiver.SignedWith = Old;
        using var silo = Hooks.Silo(_receiver, time, ("Secret", Old));
        await silo.Send(Hooks.Event(userId: "x.1.{}"));
        time.Step(TimeSpan.FromSeconds(7));
        await silo.Send(Hooks.Event(userId: "x.1.{}"));
        var headers = _receiver.Raw.Select(request => request.Headers).ToList();
        Assert.Equal("c1:3:call%2Emissed:x%2E1%2E{}", headers[0]["webhook-id"]);
        Assert.Equal(headers[0]["webhook-id"], headers[1]["webhook-id"]);
        Assert.NotEqual(headers[0]["webhook-timestamp"], headers[1]["webhook-timestamp"]);
    }

    private async Task<(IHeaderDictionary Headers, string Body)> Sent(
        string secret, TimeProvider? time = null, params (string Name, string Value)[] more)
    {
        _receiver.SignedWith = secret;
        using var silo = Hooks.Silo(_receiver, time, [("Secret", secret), .. more]);
        Assert.Equal(WebhookResult.Delivered, await silo.Send());
        return _receiver.Raw.Last();
    }

    private static void Verify(string secret, IHeaderDictionary headers, string body) =>
        new StandardWebhook(secret).Verify(body, headers);
}
