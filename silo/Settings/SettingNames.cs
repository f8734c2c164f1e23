using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using OrleansCalls.Silo.Storage;

namespace OrleansCalls.Silo.Settings;

/// <summary>
/// The names of all settings, read from <c>docs/settings.md</c>, which is embedded in the program. Without this check a
/// misspelt setting would be ignored silently.
/// </summary>
internal static class SettingNames
{
    /// <summary>The edit distance up to which a name in a foreign section counts as misspelt.</summary>
    private const int Slip = 2;

    private const string List = "a list";
    private static readonly string[] Foreign = ["ASPNETCORE", "OTEL", "Logging"];

    // By name (with colons): whether the setting may have numbered members.
    private static readonly FrozenDictionary<string, bool> Known = Resource.Text("settings.md").Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('`', 3))
        .Where(cells => !Foreign.Any(prefix => cells[1].StartsWith(prefix + "_", StringComparison.Ordinal)))
        .ToFrozenDictionary(
            cells => cells[1].Replace("__", ":", StringComparison.Ordinal),
            cells => cells[2].Contains(List, StringComparison.Ordinal),
            StringComparer.OrdinalIgnoreCase);

    // Connection strings of other components are allowed.
    private static readonly FrozenSet<string> Sections = Known.Keys.Select(Section)
        .Where(section => section != "ConnectionStrings")
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="SettingException">
    /// Names are unknown, or values have control characters; one sentence for each.
    /// </exception>
    internal static void Check(IConfiguration configuration)
    {
        var faults = configuration.AsEnumerable().Where(given => given.Value is not null)
            .Select(given => Fault(given.Key, given.Value!))
            .OfType<string>().Order(StringComparer.Ordinal).ToList();
        if (faults.Count > 0)
            throw new SettingException(faults);
    }

    /// <summary>Returns the error of a setting; null if it is valid, or belongs to another component.</summary>
    internal static string? Fault(string key, string value)
    {
        if (!key.Contains(':', StringComparison.Ordinal))
            return null;
        // The value may be a secret.
        if (IsKnown(key))
            return value.Trim().Any(char.IsControl) ? $"{Variable(key)} must have no control characters." : null;
        var ours = Sections.Contains(Section(key));
        var (nearest, distance) = Known.Keys.Select(name => (name, Distance(name, key))).MinBy(each => each.Item2);
        if (distance <= (ours ? Math.Max(Slip, key.Length / 3) : Slip))
            return $"{Variable(key)} is no setting: did you mean {Variable(nearest)}?";
        return ours ? $"{Variable(key)} is no setting; docs/settings.md has them all." : null;
    }

    private static bool IsKnown(string key)
    {
        var parts = key.Split(':');
        var numbered = IsNumber(parts[^1]);
        var name = string.Join(':', (numbered ? parts[..^1] : parts).Select(part => IsNumber(part) ? "0" : part));
        return Known.TryGetValue(name, out var list) && (list || !numbered);
    }

    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit);

    private static string Section(string key) => key[..key.IndexOf(':', StringComparison.Ordinal)];

    private static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>The Levenshtein distance, ignoring case.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var k = 1; k <= other.Length; k++)
            {
                var same = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[k - 1]);
                (diagonal, row[k]) = (row[k], Math.Min(Math.Min(row[k], row[k - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
