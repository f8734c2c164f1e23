using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Settings;

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
        var wrong = Assert.Throws<SettingException>(() => Pushes.Silo((name, value)));
        Assert.StartsWith(named + " ", Assert.Single(wrong.Sentences));
    }

    [Theory]
    [InlineData("Push__Apns__KeyFile", "Apns:KeyFile", "/no/such/key.p8")]
    [InlineData("Push__Apns__KeyId", "Apns:KeyId", "short")]
    [InlineData("Push__Apns__TeamId", "Apns:TeamId", "")]
    [InlineData("Push__Apns__BundleId", "Apns:BundleId", " ")]
    public async Task WrongApns_IsNamed(string named, string name, string value)
    {
        await using var apns = await FakeApns.Start();
        var wrong = Assert.Throws<SettingException>(() => Pushes.Silo(apns, (name, value)));
        Assert.StartsWith(named + " ", Assert.Single(wrong.Sentences));
    }

    [Theory]
    [InlineData("Push__WebPush__PrivateKey", "PrivateKey", "")]
    [InlineData("Push__WebPush__PrivateKey", "PrivateKey", "no base64 !")]
    [InlineData("Push__WebPush__PrivateKey", "PrivateKey", "c2hvcnQ")]
    [InlineData("Push__WebPush__PublicKey", "PrivateKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Push__WebPush__PublicKey", "PrivateKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")]
    [InlineData("Push__WebPush__PublicKey", "PublicKey", "")]
    [InlineData("Push__WebPush__PublicKey", "PublicKey", "c2hvcnQ")]
    [InlineData("Push__WebPush__PublicKey", "PublicKey", "padded")]
    [InlineData("Push__WebPush__Subject", "Subject", "")]
    [InlineData("Push__WebPush__Subject", "Subject", "calls@example.org")]
    [InlineData("Push__WebPush__Subject", "Subject", "http://example.org")]
    [InlineData("Push__WebPush__Subject", "Subject", "mailto:a@b.c\",\"aud\":\"x")]
    [InlineData("Push__WebPush__AllowedOrigins", "AllowedOrigins", "localhost:8090")]
    [InlineData("Push__WebPush__AllowedOrigins", "AllowedOrigins", "http://localhost:8090/push")]
    [InlineData("Push__WebPush__AllowedOrigins", "AllowedOrigins:0", "*")]
    public async Task WrongWebPush_IsNamed_AndNoSecretTold(string named, string name, string value)
    {
        await using var service = await FakePushService.Start();
        // A list's own text comes before its members, so what is numbered is given alone.
        var others = service.Settings.Where(
            setting => !("WebPush:" + name).StartsWith(setting.Name + ":", StringComparison.Ordinal));
        var wrong = Assert.Throws<SettingException>(
            () => Pushes.Silo([.. others, ("WebPush:" + name, value == "padded" ? service.PublicKey + "=" : value)]));
        var sentence = Assert.Single(wrong.Sentences);
        Assert.StartsWith(named + " ", sentence);
        Assert.DoesNotContain(service.PrivateKey, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void VapidCommand_MakesAPairThatIsTaken()
    {
        var (console, output) = (Console.Out, new StringWriter());
        Console.SetOut(output);
        try
        {
            Assert.Null(Commands.Run(["--urls=http://localhost:1"]));
            Assert.Equal(0, Commands.Run(["vapid"]));
        }
        finally
        {
            Console.SetOut(console);
        }

        var settings = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line["Push__".Length..].Split('=', 2))
            .Select(pair => (pair[0].Replace("__", ":", StringComparison.Ordinal), pair[1]));
        using var silo = Pushes.Silo([.. settings, ("WebPush:Subject", "https://example.org/contact")]);
        Assert.NotNull(silo.GetRequiredService<PushOptions>().WebPush);
    }

    [Theory, InlineData("{}"), InlineData("not json"), InlineData("""{"type":"service_account","project_id":"p"}""")]
    public async Task CredentialsThatAreNone_AreNamed(string content)
    {
        await using var fcm = await FakeFcm.Start();
        await File.WriteAllTextAsync(fcm.CredentialsFile, content);
        using var silo = Pushes.Silo(fcm);
        var wrong = await Assert.ThrowsAsync<SettingException>(() => silo.Push(Pushes.Ring()));
        Assert.StartsWith("Push__Fcm__CredentialsFile ", Assert.Single(wrong.Sentences));
    }

    [Fact]
    public async Task NothingSet_IsOff()
    {
        using var silo = Pushes.Silo();
        Assert.Equal("not_configured", (await silo.Push(Pushes.Ring())).Error);
        Assert.Equal("not_configured", (await silo.Push(Pushes.Ring(provider: PushProvider.WebPush))).Error);
    }
}
