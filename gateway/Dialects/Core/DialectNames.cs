namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The dialects' names in settings and logs. The numbers of their documents, <c>000</c> to <c>004</c>, are aliases.</summary>
public static class DialectNames
{
    /// <summary>000: calls that are channels.</summary>
    public const string Channels = "channels";

    /// <summary>001: sockets for notices and for chats.</summary>
    public const string Notifications = "notifications";

    /// <summary>002: media by Agora.</summary>
    public const string Agora = "agora";

    /// <summary>003: calls in rooms.</summary>
    public const string Rooms = "rooms";

    /// <summary>004: the app that a telephone bridge rings.</summary>
    public const string Telephone = "telephone";

    /// <summary>All of them, in the order of their numbers.</summary>
    public static ImmutableArray<string> All { get; } = [Channels, Notifications, Agora, Rooms, Telephone];

    /// <summary>Returns the name that <paramref name="text"/> is, or is the number of; null if it is neither.</summary>
    public static string? Read(string text) => All.FirstOrDefault(name => name == text || NumberOf(name) == text);

    /// <summary>Returns the number of a dialect by its name.</summary>
    public static string NumberOf(string name) => $"{All.IndexOf(name):D3}";
}
