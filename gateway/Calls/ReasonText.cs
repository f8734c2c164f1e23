using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The free text of a rejected or ended call. The command must succeed whatever the text is: a long text is truncated, a value
/// that is not text is dropped.
/// </summary>
public static class ReasonText
{
    /// <summary>
    /// Returns the reason truncated to <see cref="CallLimits.ReasonText"/>, between characters; null when there is none.
    /// </summary>
    public static string? Fit(string? given)
    {
        if (given is null || given.Length <= CallLimits.ReasonText)
            return given;
        return given[..(char.IsHighSurrogate(given[CallLimits.ReasonText - 1])
            ? CallLimits.ReasonText - 1
            : CallLimits.ReasonText)];
    }

    /// <summary>Returns the field <c>reason</c> of a body, if it is an object that has one.</summary>
    public static string? Reason(this JsonElement body) => body.Find("reason") is { } given ? Of(given) : null;

    /// <summary>Returns a string as it is and a number as its digits; null for all other values.</summary>
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
            // A lone surrogate.
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
    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
