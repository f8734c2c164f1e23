using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The words of somebody who declines or ends a call. The command must happen whatever they are: too long a reason is cut, one that is no
/// text is dropped. The same for hub, REST and dialects.
/// </summary>
public static class ReasonText
{
    /// <summary>The reason within <see cref="CallLimits.ReasonText"/>, never cut within a character; null when there is none.</summary>
    public static string? Fit(string? given)
    {
        if (given is null || given.Length <= CallLimits.ReasonText)
            return given;
        return given[..(char.IsHighSurrogate(given[CallLimits.ReasonText - 1]) ? CallLimits.ReasonText - 1 : CallLimits.ReasonText)];
    }

    /// <summary>The field <c>reason</c> of a body, if it is an object that has one.</summary>
    public static string? Reason(this JsonElement body) => body.Find("reason") is { } given ? Of(given) : null;

    /// <summary>A reason of whatever shape: a text, or a number as its digits; null for all else.</summary>
    public static string? Of(JsonElement given)
    {
        try
        {
            return given.ValueKind switch
            {
                JsonValueKind.String => Fit(given.GetString()),
                JsonValueKind.Number => Fit(given.GetRawText()),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // Half a character.
            return null;
        }
    }
}

/// <summary>Reads a reason as <see cref="ReasonText.Of"/> does.</summary>
public sealed class ReasonConverter : JsonConverter<string?>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var given = JsonDocument.ParseValue(ref reader);
        return ReasonText.Of(given.RootElement);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
