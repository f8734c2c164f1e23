namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>Knows who is in a room.</summary>
public interface IRoomDirectory
{
    /// <summary>The members of a room that somebody asks about; null if this directory does not know the room.</summary>
    /// <param name="roomId">Which room.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="accessToken">The asker's own token for wherever the room is; null if none came.</param>
    /// <param name="cancellation">Fires when nobody waits for the answer any more.</param>
    /// <exception cref="CallException">The asker is not in the room, or it cannot be known now.</exception>
    Task<ImmutableArray<RoomMember>?> GetMembers(string roomId, string asker, string? accessToken, CancellationToken cancellation);
}

/// <summary>Somebody in a room.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">Display name, if it is known.</param>
public sealed record RoomMember(string UserId, string? Name);

/// <summary>Rooms that are listed in the configuration.</summary>
public sealed class ListedRooms(RoomOptions options) : IRoomDirectory
{
    /// <inheritdoc/>
    public Task<ImmutableArray<RoomMember>?> GetMembers(
        string roomId, string asker, string? accessToken, CancellationToken cancellation) => Task.FromResult(
        options.Rooms.TryGetValue(roomId, out var members) && members.Contains(asker)
            ? members.Select(member => new RoomMember(member, Name: null)).ToImmutableArray()
            : (ImmutableArray<RoomMember>?)null);
}
