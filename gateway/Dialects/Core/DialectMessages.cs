namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>All messages of a dialect.</summary>
/// <param name="FromClients">Messages sent by clients.</param>
/// <param name="ToClients">Messages sent to clients.</param>
public sealed record DialectMessages(ImmutableArray<DialectMessage> FromClients, ImmutableArray<DialectMessage> ToClients)
{
    /// <summary>Returns true if clients send a message of this name.</summary>
    public bool IsSentByClients(string name) => FromClients.Any(message => message.Name == name);
}

/// <summary>A message.</summary>
/// <param name="Name">The event's name over Socket.IO, the field <c>type</c> over plain WebSockets.</param>
/// <param name="Summary">What it means.</param>
/// <param name="Fields">Its fields in the notation of <see cref="Descriptions.Shape"/>.</param>
public sealed record DialectMessage(string Name, string Summary, string Fields);
