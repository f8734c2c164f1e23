using OrleansCalls.Operators;

namespace OrleansCalls.Tests.Machine.Operators;

/// <summary>The rules of the operators' sessions.</summary>
public sealed class StoredAdminSessionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Session_IsFound_UntilItsInstant()
    {
        var sessions = new StoredAdminSessions().With(Session("a", minutes: 10), Now);
        Assert.Equal("a", sessions.Find("a", Now.AddMinutes(10).AddTicks(-1))?.Hash);
        Assert.Null(sessions.Find("a", Now.AddMinutes(10)));
        Assert.Null(sessions.Find("b", Now));
        Assert.Null(sessions.Find("A", Now));
    }

    [Fact]
    public void Expired_AreDropped_WithTheNext()
    {
        var sessions = new StoredAdminSessions().With(Session("a", 1), Now).With(Session("b", 5), Now)
            .With(Session("c", 9), Now.AddMinutes(2));
        Assert.Equal(["b", "c"], sessions.Sessions.Select(session => session.Hash));
    }

    [Fact]
    public void OfTooMany_TheOneThatEndsFirst_IsDropped()
    {
        var sessions = Enumerable.Range(0, 100).Aggregate(
            new StoredAdminSessions(), (all, i) => all.With(Session($"s{i}", i == 40 ? 1 : 10 + i), Now));
        Assert.Equal(100, sessions.Sessions.Length);
        sessions = sessions.With(Session("last", 5), Now);
        Assert.Equal(100, sessions.Sessions.Length);
        Assert.Null(sessions.Find("s40", Now));
        Assert.NotNull(sessions.Find("last", Now));
    }

    [Fact]
    public void Without_IsTheSame_WhenThereIsNothingToTakeOut()
    {
        var sessions = new StoredAdminSessions().With(Session("a", 1), Now);
        Assert.Same(sessions, sessions.Without(new HashSet<string> { "b" }));
        Assert.Empty(sessions.Without(new HashSet<string> { "a", "b" }).Sessions);
    }

    private static AdminSession Session(string hash, int minutes) =>
        new() { Hash = hash, UserId = "olga", ExpiresAt = Now.AddMinutes(minutes) };
}
