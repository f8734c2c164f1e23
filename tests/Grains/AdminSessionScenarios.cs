namespace OrleansCalls.Tests.Grains;

/// <summary>
/// Operators' sessions over storage that fails: an ended one never comes back to life in the activation that ended it.
/// </summary>
public sealed class AdminSessionScenarios : IAsyncLifetime
{
    private CallsCluster _calls = null!;

    private IAdminSessionsGrain Sessions => _calls.Grains.GetAdminSessions();

    public async Task InitializeAsync() => _calls = await CallsCluster.Start();

    public async Task DisposeAsync() => await _calls.DisposeAsync();

    [Theory]
    [InlineData(WriteFate.Lost)]
    [InlineData(WriteFate.LandedButFailed)]
    public async Task EndThatMayNotBeStored_IsRefusedAtOnce_AndStoredByTheNextTry(WriteFate fate)
    {
        await Sessions.Open(Session("a"));
        await Sessions.Open(Session("b"));
        _calls.Storage.Fate = state => state == "adminsessions" ? fate : WriteFate.Good;
        await Assert.ThrowsAnyAsync<OrleansException>(() => Sessions.Close("a"));
        Assert.Null(await Sessions.Find("a"));
        Assert.NotNull(await Sessions.Find("b"));

        _calls.Storage.Fate = _ => WriteFate.Good;
        await Sessions.Close("a");
        await _calls.Restart();
        Assert.Null(await Sessions.Find("a"));
        Assert.NotNull(await Sessions.Find("b"));
    }

    [Theory]
    [InlineData(WriteFate.Lost)]
    [InlineData(WriteFate.LandedButFailed)]
    public async Task SignInThatMayNotBeStored_Fails_AndTheNextOneWorks(WriteFate fate)
    {
        _calls.Storage.Fate = state => state == "adminsessions" ? fate : WriteFate.Good;
        await Assert.ThrowsAnyAsync<OrleansException>(() => Sessions.Open(Session("a")));
        _calls.Storage.Fate = _ => WriteFate.Good;
        await Sessions.Open(Session("b"));
        Assert.NotNull(await Sessions.Find("b"));
    }

    private static AdminSession Session(string hash) =>
        new() { Hash = hash, UserId = "olga", ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) };
}
