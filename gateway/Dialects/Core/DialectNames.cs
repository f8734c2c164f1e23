namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The dialects' names in settings and logs. The numbers <c>000</c> to <c>004</c> are aliases in settings.</summary>
public static class DialectNames
{
    /// <summary>000: a call is a channel.</summary>
    public const string Channels = "channels";

    /// <summary>001: sockets for notifications and for chats.</summary>
    public const string Notifications = "notifications";

    /// <summary>002: media over Agora.</summary>
    public const string Agora = "agora";

    /// <summary>003: calls in Matrix rooms.</summary>
    public const string Rooms = "rooms";

    /// <summary>004: the app called by a telephone bridge.</summary>
    public const string Telephone = "telephone";

    /// <summary>All names, in the order of their numbers.</summary>
    public static ImmutableArray<string> All { get; } = [Channels, Notifications, Agora, Rooms, Telephone];

    /// <summary>Returns the dialect's name for a name or number; null if it is neither.</summary>
    public static string? Read(string text) => All.FirstOrDefault(name => name == text || NumberOf(name) == text);

    /// <summary>Returns the number of a dialect by its name.</summary>
    public static string NumberOf(string name) => $"{All.IndexOf(name):D3}";
}
