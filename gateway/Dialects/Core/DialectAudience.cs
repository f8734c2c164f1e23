using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The sockets of a session that a message is sent to: all of them, or one that has just been opened.</summary>
/// <param name="Session">The session.</param>
/// <param name="Sockets">The sockets.</param>
public sealed record DialectAudience(DialectSession Session, ImmutableArray<DialectSocket> Sockets)
{
    /// <summary>Emits a message to all of them.</summary>
    public void Emit(string name, JsonObject payload)
    {
        foreach (var socket in Sockets)
            socket.Emit(name, payload);
    }

    /// <summary>Returns the audience restricted to some of the sockets.</summary>
    public DialectAudience Where(Func<DialectSocket, bool> which) => this with { Sockets = [.. Sockets.Where(which)] };
}
