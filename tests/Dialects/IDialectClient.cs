namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// One person with a client that speaks one of the languages of this service: what the cross product needs of it. A new dialect
/// adds one class and a line in <see cref="Languages"/>.
/// </summary>
public interface IDialectClient : IAsyncDisposable
{
    /// <summary>Rings somebody.</summary>
    /// <returns>The id of the call.</returns>
    Task<string> Start(string calleeId, int ringSeconds = 60);

    /// <summary>Waits until it rings here.</summary>
    Task WaitIncoming(string callId, string callerId);

    Task Accept(string callId);

    /// <summary>Waits until the caller is told that the callee has accepted.</summary>
    Task WaitAccepted(string callId, string calleeId);

    Task Reject(string callId);

    /// <summary>Waits until the caller is told that the callee has declined.</summary>
    Task WaitRejected(string callId, string calleeId);

    Task End(string callId);

    /// <summary>Waits until the call is over here.</summary>
    Task WaitEnded(string callId, string reason);

    /// <summary>
    /// Waits until the call, which was hung up, is over here; the names of what else came before and nobody asked for.
    /// </summary>
    Task<IReadOnlyList<string>> HeardUntilHungUp(string callId);
}

/// <summary>All languages, by name.</summary>
public static class Languages
{
    public static readonly IReadOnlyDictionary<string, Func<Service, string, Task<IDialectClient>>> All =
        new (string Name, Func<Service, string, Task<IDialectClient>> Connect)[]
        {
            ("hub", HubDriver.Connect),
            ("000-socketio", ChannelDriver.Connect),
            ("001", NotificationDriver.Connect),
            ("002-socketio", AgoraDriver.Connect),
            ("003", RoomDriver.Connect),
            ("003-socketio", RoomDriver.ConnectSocketIo),
        }.Where(
            language => Need.Lacks(Need.SocketIoClient) is null || !language.Name.EndsWith("-socketio", StringComparison.Ordinal))
        .ToDictionary(language => language.Name, language => language.Connect);
}
