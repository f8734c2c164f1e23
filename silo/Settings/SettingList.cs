using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace OrleansCalls.Silo.Settings;

/// <summary>A setting that is a list: numbered members, or one text with commas.</summary>
internal static class SettingList
{
    internal static ImmutableArray<string> Read(IConfigurationSection section) =>
    [
        .. section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
    ];
}
