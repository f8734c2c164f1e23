using System.Text.Json;

namespace OrleansCalls;

/// <summary>The one spelling of enum members in timelines, logs and metrics: the same as on the wire.</summary>
public static class Words
{
    /// <summary><c>NoAnswer</c> as <c>no_answer</c>.</summary>
    public static string Snake<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
