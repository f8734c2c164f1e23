using System.Globalization;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// Reads one section of the configuration, and stops at the first wrong value with a sentence that names the setting as an
/// environment variable spells it (<c>Section__Name</c>).
/// </summary>
public sealed class SettingsReader(IConfiguration configuration, string section)
{
    /// <summary>A text, or null.</summary>
    public string? Text(string name)
    {
        var value = configuration[$"{section}:{name}"];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>A whole number within bounds.</summary>
    public int Whole(string name, int standard, int min, int max) => Text(name) is not { } text
        ? standard
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Wrong(name, $"must be a whole number from {min} to {max}");

    /// <summary>A span of time in seconds, fractions allowed, within bounds.</summary>
    public TimeSpan Seconds(string name, double standard, double min, double max) => Text(name) is not { } text
        ? TimeSpan.FromSeconds(standard)
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? TimeSpan.FromSeconds(value)
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be a number of seconds from {min} to {max}"));

    /// <summary>Yes or no.</summary>
    public bool Flag(string name, bool standard) => Text(name) is not { } text
        ? standard
        : bool.TryParse(text, out var value) ? value : throw Wrong(name, "must be true or false");

    /// <summary>Texts: one value with commas, or <c>Section__Name__0</c> and so on.</summary>
    public ImmutableArray<string> List(string name)
    {
        var children = configuration.GetSection($"{section}:{name}").GetChildren().Select(c => c.Value ?? "");
        return [.. (Text(name)?.Split(',') ?? children).Select(v => v.Trim()).Where(v => v.Length > 0)];
    }

    /// <summary>What is wrong with the setting <paramref name="name"/>.</summary>
    public SettingException Wrong(string name, string rule) => new($"{section}__{name} {rule}.");
}
