using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansCalls;

/// <summary>Names of enum values in timelines, logs and metrics: the same as on the wire.</summary>
public static class EnumNames
{
    /// <summary>Returns <c>NoAnswer</c> as <c>no_answer</c>.</summary>
    public static string Snake<T>(T value)
        where T : struct, Enum => Spelling<T>.Of.TryGetValue(value, out var word) ? word : Convert(value);

    private static string Convert<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    // Cached, since each log message of a call has several.
    private static class Spelling<T>
        where T : struct, Enum
    {
        internal static readonly FrozenDictionary<T, string> Of = Enum.GetValues<T>().Distinct()
            .ToFrozenDictionary(value => value, Convert);
    }

    /// <summary>Formats a measurement for a timeline.</summary>
    public static string Of(MediaStats stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"{Snake(stats.Level)}, loss {stats.LossPercent:0.#} %");
        if (stats.RoundTripMs is { } roundTrip)
            text.Append(CultureInfo.InvariantCulture, $", round trip {roundTrip:0} ms");
        if (stats.JitterMs is { } jitter)
            text.Append(CultureInfo.InvariantCulture, $", jitter {jitter:0} ms");
        if (stats.Route is { } route)
            text.Append(CultureInfo.InvariantCulture, $", {Snake(route)}");
        return text.ToString();
    }
}
