using System.Text;
using System.Text.Json;

namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Validates the shape of client input against <see cref="CallLimits"/>, from the message alone. Rules that depend on the state
/// of a call or a user belong to the grains.
/// </summary>
public static class Check
{
    private const string CallIdCharacters = "A-Z a-z 0-9 _ . : -";

    /// <summary>Requires a body.</summary>
    public static T Body<T>(T? body)
        where T : class => body ?? throw CallException.Invalid("The message is empty.");

    /// <summary>Validates a call id.</summary>
    public static string CallId(string? value)
    {
        if (string.IsNullOrEmpty(value))
            throw CallException.Invalid("callId is missing.");
        if (value.Length > CallLimits.CallId)
            throw CallException.Invalid($"callId has more than {CallLimits.CallId} characters.");
        // URL parsers treat these two as path segments with a meaning.
        if (value is "." or "..")
            throw CallException.Invalid("callId must not be . or ..");
        return IsCallId(value) ? value : throw CallException.Invalid($"callId has a character other than {CallIdCharacters}.");
    }

    /// <summary>Returns true if the value is a well-formed call id.</summary>
    public static bool IsCallId(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or ':' or '-'))
                return false;
        }

        return value.Length is > 0 and <= CallLimits.CallId && value is not ("." or "..");
    }

    /// <summary>Validates a user id.</summary>
    public static string UserId(string? value, string field) => Id(value, field, CallLimits.UserId);

    /// <summary>Validates a device id.</summary>
    public static string DeviceId(string? value, string field = "deviceId") => Id(value, field, CallLimits.DeviceId);

    /// <summary>Validates a list of user ids and keeps its order. The allowed number depends on the command.</summary>
    public static ImmutableArray<string> UserIds(IReadOnlyList<string?>? values, string field, int? atMost = null)
    {
        if (values is null)
            throw CallException.Invalid($"{field} is missing.");
        if (values.Count > atMost)
            throw CallException.Invalid($"{field} holds more than {atMost} users.");
        return [.. values.Select((value, i) => UserId(value, $"{field}[{i}]"))];
    }

    /// <summary>Requires an enum value.</summary>
    public static T Given<T>(T? value, string field)
        where T : struct => value ?? throw CallException.Invalid($"{field} is missing.");

    /// <summary>Validates an optional id of the app.</summary>
    public static string? OptionalId(string? value, string field, int limit) => value is null ? null : Id(value, field, limit);

    /// <summary>Validates an identifier: not empty, within its limit, without control characters.</summary>
    public static string Id(string? value, string field, int limit)
    {
        // Grains have no key of white space only, and users could not see such an id.
        if (string.IsNullOrWhiteSpace(value))
            throw CallException.Invalid($"{field} is missing.");
        if (value.Length > limit)
            throw CallException.Invalid($"{field} has more than {limit} characters.");
        if (value.Any(char.IsControl))
            throw CallException.Invalid($"{field} has control characters.");
        return value;
    }

    /// <summary>Validates a number against its range.</summary>
    public static int Number(int value, string field, int min, int max) => value >= min && value <= max
        ? value
        : throw CallException.Invalid($"{field} must be from {min} to {max}.");

    /// <summary>
    /// Validates an optional measurement. A value out of range is rejected, since it would distort every mean.
    /// </summary>
    public static MediaStats? Stats(MediaStatsRequest? value) => value is null ? null : new MediaStats
    {
        LossPercent = Measure(value.LossPercent, "stats.lossPercent", 100)
            ?? throw CallException.Invalid("stats.lossPercent is missing."),
        Level = Given(value.Level, "stats.level"),
        RoundTripMs = Measure(value.RoundTripMs, "stats.roundTripMs", CallLimits.LongestDelayMs),
        JitterMs = Measure(value.JitterMs, "stats.jitterMs", CallLimits.LongestDelayMs),
        Route = value.Route,
    };

    private static double? Measure(double? value, string field, double max) => value is null || (value >= 0 && value <= max)
        ? value
        : throw CallException.Invalid($"{field} must be from 0 to {max}.");

    /// <summary>Validates an optional ring time in seconds.</summary>
    public static int? RingSeconds(int? value) => value is { } seconds
        ? Number(seconds, "ringSeconds", (int)CallLimits.MinRing.TotalSeconds, (int)CallLimits.MaxRing.TotalSeconds)
        : null;

    /// <summary>Validates an optional SDP of the given type.</summary>
    public static SessionDescription? Description(DescriptionRequest? value, string type)
    {
        if (value is null)
            return null;
        if (value.Type != type)
            throw CallException.Invalid($"{type}.type must be \"{type}\".");
        if (string.IsNullOrEmpty(value.Sdp))
            throw CallException.Invalid($"{type}.sdp is missing.");
        if (Encoding.UTF8.GetByteCount(value.Sdp) > CallLimits.SdpBytes)
            throw CallException.TooLarge($"{type}.sdp has more than {CallLimits.SdpBytes} bytes.");
        return new SessionDescription { Type = type, Sdp = value.Sdp };
    }

    /// <summary>Validates the app's optional flat metadata.</summary>
    public static ImmutableSortedDictionary<string, string>? Metadata(IReadOnlyDictionary<string, string?>? value)
    {
        if (value is null or { Count: 0 })
            return null;
        var bytes = 0;
        var kept = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in value)
        {
            if (text is null)
                throw CallException.Invalid("metadata holds a value that is not a string.");
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(text);
            if (bytes > CallLimits.MetadataBytes)
                throw CallException.TooLarge($"metadata has more than {CallLimits.MetadataBytes} bytes.");
            kept[key] = text;
        }

        return kept.ToImmutable();
    }

    /// <summary>
    /// Returns a signal's payload as JSON text, unparsed. JSON's <c>null</c> is valid; <paramref name="value"/> is undefined if
    /// the field was omitted.
    /// </summary>
    public static string Payload(JsonElement value, bool required)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
            return required ? throw CallException.Invalid("payload is missing.") : "null";
        string text;
        try
        {
            text = value.GetRawText();
            JsonText.RefuseHalfCharacters(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw CallException.Invalid("payload holds bytes or escapes that are no characters.");
        }

        if (Encoding.UTF8.GetByteCount(text) > CallLimits.SignalBytes)
            throw CallException.TooLarge($"payload has more than {CallLimits.SignalBytes} bytes.");
        return text;
    }

    /// <summary>
    /// Validates a push token. A Web Push subscription is returned in its canonical form, so that equal subscriptions compare
    /// equal.
    /// </summary>
    public static string PushToken(PushProvider provider, string? value)
    {
        if (provider != PushProvider.WebPush)
            return Id(value, "token", CallLimits.PushToken);
        if (string.IsNullOrWhiteSpace(value))
            throw CallException.Invalid("token is missing.");
        if (value.Length > CallLimits.PushToken)
            throw CallException.Invalid($"token has more than {CallLimits.PushToken} characters.");
        return WebPushSubscription.TryRead(value, out var subscription, out var fault)
            ? subscription.Token
            : throw CallException.Invalid(fault);
    }

    /// <summary>Validates an optional cursor.</summary>
    public static string? Cursor(string? value) => string.IsNullOrEmpty(value) ? null : Id(value, "before", 256);
}
