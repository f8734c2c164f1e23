using System.Collections.Frozen;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>Maps telephone extensions to users. An extension that is not listed is the user of the same name.</summary>
public sealed class Extensions
{
    private const int Longest = 64;

    private readonly FrozenDictionary<string, string> _users;

    /// <summary>Creates the map from a table.</summary>
    public Extensions(IReadOnlyDictionary<string, string> users) => _users = users.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Parses <c>Bridge__Extensions</c>: <c>100=alice,101=bob</c>.</summary>
    public static Extensions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in settings.List("Bridge__Extensions"))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [var extension, { Length: > 0
                and <= CallLimits.UserId } user]
                || !IsExtension(extension))
                settings.Wrong("Bridge__Extensions", "must hold pairs such as 100=alice, with commas between them");
            else if (!users.TryAdd(extension, user))
                settings.Wrong("Bridge__Extensions", $"names the extension {extension} twice");
        }

        return new Extensions(users);
    }

    /// <summary>Returns the user of an extension.</summary>
    public string UserOf(string extension) => _users.GetValueOrDefault(extension, extension);

    /// <summary>Returns true if the value can be dialled: it has no characters with a meaning in a dial string.</summary>
    public static bool IsExtension(string? value) => value is { Length: > 0 and <= Longest }
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '*' or '#' or '.' or '_' or '-');
}
