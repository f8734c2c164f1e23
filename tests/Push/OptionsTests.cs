using Microsoft.Extensions.Options;

namespace OrleansCalls.Tests.Push;

/// <summary>A wrong setting is one sentence that names it.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("Push__AttemptTimeoutSeconds", "AttemptTimeoutSeconds", "0")]
    [InlineData("Push__AttemptTimeoutSeconds", "AttemptTimeoutSeconds", "31")]
    [InlineData("Push__Fcm__CredentialsFile", "Fcm:CredentialsFile", "/no/such/file.json")]
    [InlineData("Push__Fcm__Endpoint", "Fcm:Endpoint", "ftp://somewhere")]
    [InlineData("Push__Apns__Environment", "Apns:Environment", "staging")]
    [InlineData("Push__Apns__Endpoint", "Apns:Endpoint", "somewhere")]
    [InlineData("Push__Apns__KeyFile", "Apns:KeyId", "ABC123DEFG")]
    public void Wrong_IsNamed(string named, string name, string value)
    {
        using var silo = Pushes.Silo((name, value));
        var wrong = Assert.Throws<OptionsValidationException>(() => silo.Value());
        Assert.StartsWith(named + " ", Assert.Single(wrong.Failures));
    }

    [Theory]
    [InlineData("Push__Apns__KeyFile", "Apns:KeyFile", "/no/such/key.p8")]
    [InlineData("Push__Apns__KeyId", "Apns:KeyId", "short")]
    [InlineData("Push__Apns__TeamId", "Apns:TeamId", "")]
    [InlineData("Push__Apns__BundleId", "Apns:BundleId", " ")]
    public async Task WrongApns_IsNamed(string named, string name, string value)
    {
        await using var apns = await FakeApns.Start();
        using var silo = Pushes.Silo(apns, (name, value));
        var wrong = Assert.Throws<OptionsValidationException>(() => silo.Value());
        Assert.StartsWith(named + " ", Assert.Single(wrong.Failures));
    }

    [Theory, InlineData("{}"), InlineData("not json"), InlineData("""{"type":"service_account","project_id":"p"}""")]
    public async Task CredentialsThatAreNone_AreNamed(string content)
    {
        await using var fcm = await FakeFcm.Start();
        await File.WriteAllTextAsync(fcm.CredentialsFile, content);
        using var silo = Pushes.Silo(fcm);
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => silo.Push(Pushes.Ring()));
        Assert.StartsWith("Push__Fcm__CredentialsFile ", Assert.Single(wrong.Failures));
    }

    [Fact]
    public async Task NothingSet_IsOff()
    {
        using var silo = Pushes.Silo();
        Assert.Equal("not_configured", (await silo.Push(Pushes.Ring())).Error);
        Assert.Equal("not_configured", (await silo.Push(Pushes.Ring(provider: PushProvider.WebPush))).Error);
    }
}
