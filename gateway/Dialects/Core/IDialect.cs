using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// The protocol of an existing app. A dialect translates names, shapes and defaults, and holds no rules: its commands go to
/// <see cref="CallCommands"/> like the hub's, and its messages are translated from the same events.
/// </summary>
public interface IDialect
{
    /// <summary>The name in settings and logs.</summary>
    string Name { get; }

    /// <summary>
    /// The tag in the ids of its unnamed devices and in the platform of its leases. It must never change: gateways of different
    /// versions recognise devices by it.
    /// </summary>
    string DeviceTag => Name;

    /// <summary>All messages of the dialect.</summary>
    DialectMessages Messages { get; }

    /// <summary>Returns the call that a client's message names, or null: messages about one call run in order.</summary>
    string? CallIdOf(string name, JsonElement body);

    /// <summary>Handles a message from a client. Exceptions are reported by <see cref="Refuse"/>.</summary>
    Task Receive(DialectSession session, DialectSocket socket, string name, JsonElement body);

    /// <summary>A socket is open and receives messages from now on. Emits the greeting, if the dialect has one.</summary>
    void Opened(DialectSession session, DialectSocket socket);

    /// <summary>
    /// Sends an event to a session. Calls for one session do not overlap. After a reconnect these are the events that bring the
    /// device up to date, whether it has received them before or not.
    /// </summary>
    Task Send(DialectAudience to, ClientEvent what);

    /// <summary>Sends a change of a watched user's presence.</summary>
    Task SendPresence(DialectAudience to, Presence presence) => Task.CompletedTask;

    /// <summary>Reports that a message was rejected.</summary>
    void Refuse(DialectSocket socket, string? callId, CallError error);

    /// <summary>Returns true if a message starts a ring: its client rings until a message of the dialect stops it.</summary>
    bool Rings(string name) => false;

    /// <summary>
    /// After <see cref="Refuse"/>: sends the message that ends a call in the client's program, since there is no (open) call
    /// under the id that it sent.
    /// </summary>
    void SendNoCall(DialectSocket socket, string name, string? callId, CallError error)
    {
    }
}
