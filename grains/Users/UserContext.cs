namespace OrleansCalls.Users;

/// <summary>Services shared by the components of one user.</summary>
internal sealed record UserContext(string UserId, UserServices Services, IGrainFactory Grains, Background Background)
{
    public DateTimeOffset Now => Services.Time.GetUtcNow();

    /// <summary>Sends a command to a call outside of the turn, so that calls and users cannot deadlock.</summary>
    public void ToCall(string callId, string work, Func<ICallGrain, Task> send) =>
        _ = Background.UntilDoneOrGivenUp(work, () => send(Grains.GetCall(callId)));
}
