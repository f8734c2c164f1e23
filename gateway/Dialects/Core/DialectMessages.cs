namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Every message of a language: what its clients send, and what they are told.</summary>
/// <param name="FromClients">What clients send.</param>
/// <param name="ToClients">What clients are told.</param>
public sealed record DialectMessages(ImmutableArray<DialectMessage> FromClients, ImmutableArray<DialectMessage> ToClients)
{
    /// <summary>Whether clients send a message of this name.</summary>
    public bool IsSentByClients(string name) => FromClients.Any(message => message.Name == name);
}

/// <summary>One message.</summary>
/// <param name="Name">Its name: the event's over Socket.IO, the field <c>type</c> over plain WebSockets.</param>
/// <param name="Summary">What it says.</param>
/// <param name="Fields">Its fields, as a line of <see cref="Descriptions.Shape"/>.</param>
public sealed record DialectMessage(string Name, string Summary, string Fields);
