namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>Lists the members of rooms.</summary>
public interface IRoomDirectory
{
    /// <summary>Returns the members of a room; null if this directory does not have the room.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="asker">The requesting user.</param>
    /// <param name="accessToken">The requesting user's token for the directory; null if the request has none.</param>
    /// <param name="cancellation">Fires when the result is no longer needed.</param>
    /// <exception cref="CallException">The requesting user is not in the room, or the directory is unavailable.</exception>
    Task<ImmutableArray<RoomMember>?> GetMembers(
        string roomId, string asker, string? accessToken, CancellationToken cancellation);
}

/// <summary>A member of a room.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="Name">The display name; null if it is unknown.</param>
public sealed record RoomMember(string UserId, string? Name);

/// <summary>Rooms listed in the configuration.</summary>
public sealed class ListedRooms(RoomOptions options) : IRoomDirectory
{
    /// <inheritdoc/>
    public Task<ImmutableArray<RoomMember>?> GetMembers(
        string roomId, string asker, string? accessToken, CancellationToken cancellation) => Task.FromResult(
        options.Rooms.TryGetValue(roomId, out var members) && members.Contains(asker)
            ? members.Select(member => new RoomMember(member, Name: null)).ToImmutableArray()
            : (ImmutableArray<RoomMember>?)null);
}
