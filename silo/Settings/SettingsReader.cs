using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace OrleansCalls.Silo.Settings;

/// <summary>
/// Reads settings by their names in <c>docs/settings.md</c>. A wrong value is recorded as an error that names the setting, and
/// the default is used, so that all errors are reported at once. A blank value counts as missing.
/// </summary>
public sealed partial class SettingsReader
{
    private const string HostPrefix = "ASPNETCORE_";

    // A plain number has the unit that the setting's name ends with, else the first one.
    private static readonly (string Name, TimeSpan One)[] Units =
    [
        ("seconds", TimeSpan.FromSeconds(1)), ("minutes", TimeSpan.FromMinutes(1)), ("hours", TimeSpan.FromHours(1)),
        ("days", TimeSpan.FromDays(1)),
    ];

    private readonly IConfiguration _configuration;
    private readonly List<string> _faults = [];

    private SettingsReader(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Runs <paramref name="read"/> on the settings and returns its result.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="read">
    /// Reads settings, and may build on them; its <see cref="SettingException"/> is added to the errors.
    /// </param>
    /// <exception cref="SettingException">Settings are wrong.</exception>
    public static T Read<T>(IConfiguration configuration, Func<SettingsReader, T> read)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(read);
        var settings = new SettingsReader(configuration);
        try
        {
            var options = read(settings);
            if (settings._faults.Count == 0)
                return options;
        }
        catch (Exception exception) when (exception is SettingException || settings._faults.Count > 0)
        {
            // Code that runs with a default in place of a wrong value may fail in turn.
            settings._faults.AddRange((exception as SettingException)?.Sentences ?? []);
        }

        throw new SettingException(settings._faults.Distinct(StringComparer.Ordinal));
    }

    /// <summary>Records an error.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="rule">The error's text behind the name, without a full stop.</param>
    public void Wrong(string name, string rule) => _faults.Add($"{name} {rule}.");

    /// <summary>Returns a value with its surrounding white space, for secrets; null if it is blank.</summary>
    public string? Exact(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _configuration[Key(name)] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
    }

    /// <summary>Returns true if the setting is present but blank.</summary>
    public bool IsBlank(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _configuration[Key(name)] is { } value && string.IsNullOrWhiteSpace(value);
    }

    /// <summary>Returns a trimmed string; null if missing.</summary>
    public string? Text(string name) => Exact(name)?.Trim();

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    public bool Flag(string name, bool standard = false)
    {
        if (Text(name) is not { } text)
            return standard;
        if (bool.TryParse(text, out var value))
            return value;
        Wrong(name, $"must be true or false, not '{text}'");
        return standard;
    }

    /// <summary>Returns an integer within bounds; null if missing.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (Text(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
            return value;
        Wrong(name, $"must be a whole number from {least} to {most}, not '{text}'");
        return null;
    }

    /// <summary>Returns an integer within bounds.</summary>
    public int Whole(string name, int standard, int least, int most) => Whole(name, least, most) ?? standard;

    /// <summary>
    /// Returns a time span within bounds: <c>hh:mm:ss</c>, or a plain number in the unit that the name ends with (seconds by
    /// default).
    /// </summary>
    /// <param name="name">The setting.</param>
    /// <param name="standard">The default, in that unit, as are the bounds.</param>
    /// <param name="least">The minimum.</param>
    /// <param name="most">The maximum.</param>
    public TimeSpan Time(string name, double standard, double least, double most)
    {
        var (plural, one) = Units.FirstOrDefault(unit => name.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase), Units[0]);
        if (Text(name) is not { } text)
            return one * standard;
        var value = text.Contains(':', StringComparison.Ordinal)
            ? Parse(text) is { } time ? time / one : double.NaN
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : double.NaN;
        if (value >= least && value <= most)
            return one * value;
        Wrong(name, $"must be a time from {one * least} to {one * most}, or a number of {plural}, not '{text}'");
        return one * standard;
    }

    // .NET would parse 48:00:00 as 48 days.
    private static TimeSpan? Parse(string text)
    {
        if (LongHours().Match(text) is { Success: true } match)
            return TimeSpan.FromHours(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                + TimeSpan.Parse("0" + match.Groups[2].Value, CultureInfo.InvariantCulture);
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
    }

    [GeneratedRegex(@"^([0-9]{2,6})(:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,7})?)$")]
    private static partial Regex LongHours();

    /// <summary>Returns one of several values, ignoring case; the first is the default.</summary>
    public string Word(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text)
            return words[0];
        foreach (var word in words)
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                return word;
        Wrong(name, $"must be {string.Join(", ", words[..^1])} or {words[^1]}, not '{text}'");
        return words[0];
    }

    /// <summary>Returns a list: comma-separated, or <c>Name__0</c> and so on, whose members may hold commas.</summary>
    public ImmutableArray<string> List(string name) => Text(name) is { } text
        ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
        : [.. Members(name).Select(member => Text($"{name}__{member}")).OfType<string>()];

    /// <summary>Returns some of several lower-case values, ignoring case; null if missing.</summary>
    public ImmutableArray<string>? Words(string name, params ImmutableArray<string> words)
    {
        var given = List(name);
        if (given.FirstOrDefault(text => !words.Contains(text, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            Wrong(name, $"must hold some of {string.Join(", ", words)}, with commas between them, not '{unknown}'");
        return given.IsEmpty
            ? null
            : [.. given.Intersect(words, StringComparer.OrdinalIgnoreCase).Select(text => text.ToLowerInvariant())];
    }

    /// <summary>Returns an http or https URL; null if missing.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="securely">Whether https is required.</param>
    public Uri? Url(string name, bool securely = false)
    {
        if (Text(name) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && !securely)))
            return url;
        // The value is not shown, since a URL may hold a password.
        Wrong(name, securely ? "must be an https address" : "must be an http or https address");
        return null;
    }

    /// <summary>Returns the member names behind <paramref name="name"/> that are set.</summary>
    public IEnumerable<string> Members(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _configuration.GetSection(Key(name)).GetChildren().Select(child => child.Key);
    }

    private static string Key(string name) => name.StartsWith(HostPrefix, StringComparison.Ordinal)
        ? name[HostPrefix.Length..] : name.Replace("__", ":", StringComparison.Ordinal);
}
