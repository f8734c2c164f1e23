namespace OrleansCalls.Users;

/// <summary>What the parts of one user's host share.</summary>
internal sealed record UserContext(string UserId, UserServices Services, IGrainFactory Grains, Background Background)
{
    public DateTimeOffset Now => Services.Time.GetUtcNow();

    /// <summary>
    /// Sends something to a call beside the turn, never in it, so that calls and users cannot wait in a circle.
    /// </summary>
    public void ToCall(string callId, string work, Func<ICallGrain, Task> send) =>
        _ = Background.UntilDoneOrGivenUp(work, () => send(Grains.GetCall(callId)));
}
