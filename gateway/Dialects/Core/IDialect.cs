using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// The language of an app that existed before this service. It translates names, shapes, defaults and words, and holds no rule: what
/// clients ask goes to <see cref="CallCommands"/> as the hub's does, what they are told comes from the same events.
/// </summary>
public interface IDialect
{
    /// <summary>What settings and logs call it.</summary>
    string Name { get; }

    /// <summary>
    /// What the ids of its nameless devices and the platform of its leases hold. All gateways of a cluster know devices by it, of whatever
    /// version, so it never changes.
    /// </summary>
    string DeviceTag => Name;

    /// <summary>Every message of the language.</summary>
    DialectMessages Messages { get; }

    /// <summary>The call that a client's message is about, if it names one: messages about one call are carried out in order.</summary>
    string? CallIdOf(string name, JsonElement body);

    /// <summary>A client has said something. What is thrown is told to it by <see cref="Refuse"/>.</summary>
    Task Receive(DialectSession session, DialectLine line, string name, JsonElement body);

    /// <summary>A line is open: from here on it is told things. Emit a greeting if the language has one.</summary>
    void Opened(DialectSession session, DialectLine line);

    /// <summary>
    /// Something has happened. Calls for one session come one after another. After a reconnect these are the events that a device
    /// needs to be where its calls are, whether it has heard them before or not.
    /// </summary>
    Task Tell(DialectAudience to, ClientEvent what);

    /// <summary>A user whom this session watches came or went.</summary>
    Task TellPresence(DialectAudience to, Presence presence) => Task.CompletedTask;

    /// <summary>Tells a client that what it said was refused.</summary>
    void Refuse(DialectLine line, string? callId, CallError error);

    /// <summary>Whether a message rings somebody: its client goes on ringing until the language's own word stops it.</summary>
    bool Rings(string name) => false;

    /// <summary>
    /// Behind <see cref="Refuse"/>: tells a client, in the word that stops its programs, that there is no call (any more) under the id
    /// that it named.
    /// </summary>
    void TellOver(DialectLine line, string name, string? callId, CallError error)
    {
    }
}
