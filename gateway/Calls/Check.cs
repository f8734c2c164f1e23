using System.Text;
using System.Text.Json;

namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The shapes of what clients send, against <see cref="CallLimits"/>. Rules that depend on a call's or a user's state are the grains';
/// what is here can be told from the message alone.
/// </summary>
public static class Check
{
    private const string CallIdCharacters = "A-Z a-z 0-9 _ . : -";

    /// <summary>The body itself.</summary>
    public static T Body<T>(T? body)
        where T : class => body ?? throw CallException.Invalid("The message is empty.");

    /// <summary>A call id.</summary>
    public static string CallId(string? value)
    {
        if (string.IsNullOrEmpty(value))
            throw CallException.Invalid("callId is missing.");
        if (value.Length > CallLimits.CallId)
            throw CallException.Invalid($"callId has more than {CallLimits.CallId} characters.");
        // Whatever reads a path takes these two for places in it.
        if (value is "." or "..")
            throw CallException.Invalid("callId must not be . or ..");
        return IsCallId(value) ? value : throw CallException.Invalid($"callId has a character other than {CallIdCharacters}.");
    }

    /// <summary>Whether this could be a call id.</summary>
    public static bool IsCallId(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or ':' or '-'))
                return false;
        }

        return value.Length is > 0 and <= CallLimits.CallId && value is not ("." or "..");
    }

    /// <summary>A user id.</summary>
    public static string UserId(string? value, string field) => Id(value, field, CallLimits.UserId);

    /// <summary>A device id.</summary>
    public static string DeviceId(string? value, string field = "deviceId") => Id(value, field, CallLimits.DeviceId);

    /// <summary>The users of a list, in its order. How many there may be depends on what they are for.</summary>
    public static ImmutableArray<string> UserIds(IReadOnlyList<string?>? values, string field, int? atMost = null)
    {
        if (values is null)
            throw CallException.Invalid($"{field} is missing.");
        if (values.Count > atMost)
            throw CallException.Invalid($"{field} holds more than {atMost} users.");
        return [.. values.Select((value, i) => UserId(value, $"{field}[{i}]"))];
    }

    /// <summary>An enum that must be there.</summary>
    public static T Given<T>(T? value, string field)
        where T : struct => value ?? throw CallException.Invalid($"{field} is missing.");

    /// <summary>An id of the app's own, which may be left out.</summary>
    public static string? OptionalId(string? value, string field, int limit) => value is null ? null : Id(value, field, limit);

    /// <summary>Anything that names something: there, not too long, no control characters.</summary>
    public static string Id(string? value, string field, int limit)
    {
        // Of white space only, an id is none: nobody sees it, and grains have no such key.
        if (string.IsNullOrWhiteSpace(value))
            throw CallException.Invalid($"{field} is missing.");
        if (value.Length > limit)
            throw CallException.Invalid($"{field} has more than {limit} characters.");
        if (value.Any(char.IsControl))
            throw CallException.Invalid($"{field} has control characters.");
        return value;
    }

    /// <summary>A number within bounds.</summary>
    public static int Number(int value, string field, int min, int max) => value >= min && value <= max
        ? value
        : throw CallException.Invalid($"{field} must be from {min} to {max}.");

    /// <summary>A measurement, which may be left out. A number that cannot be is refused: a mean that it is in would be lost.</summary>
    public static MediaStats? Stats(MediaStatsRequest? value) => value is null ? null : new MediaStats
    {
        LossPercent = Measure(value.LossPercent, "stats.lossPercent", 100) ?? throw CallException.Invalid("stats.lossPercent is missing."),
        Level = Given(value.Level, "stats.level"),
        RoundTripMs = Measure(value.RoundTripMs, "stats.roundTripMs", CallLimits.LongestDelayMs),
        JitterMs = Measure(value.JitterMs, "stats.jitterMs", CallLimits.LongestDelayMs),
        Route = value.Route,
    };

    private static double? Measure(double? value, string field, double max) => value is null || (value >= 0 && value <= max)
        ? value
        : throw CallException.Invalid($"{field} must be from 0 to {max}.");

    /// <summary>How long to ring.</summary>
    public static int? RingSeconds(int? value) => value is { } seconds
        ? Number(seconds, "ringSeconds", (int)CallLimits.MinRing.TotalSeconds, (int)CallLimits.MaxRing.TotalSeconds)
        : null;

    /// <summary>An SDP of the given type, which may be left out.</summary>
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

    /// <summary>The app's own flat data, which may be left out.</summary>
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

    /// <summary>JSON text that is passed on unread; <c>null</c> is JSON like any other. <paramref name="value"/> is undefined if it was left out.</summary>
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

    /// <summary>A push token. A subscription of Web Push comes back in its one form, so that the same one is always the same token.</summary>
    public static string PushToken(PushProvider provider, string? value)
    {
        if (provider != PushProvider.WebPush)
            return Id(value, "token", CallLimits.PushToken);
        if (string.IsNullOrWhiteSpace(value))
            throw CallException.Invalid("token is missing.");
        if (value.Length > CallLimits.PushToken)
            throw CallException.Invalid($"token has more than {CallLimits.PushToken} characters.");
        return WebPushSubscription.TryRead(value, out var subscription, out var fault) ? subscription.Token : throw CallException.Invalid(fault);
    }

    /// <summary>A cursor, which may be left out.</summary>
    public static string? Cursor(string? value) => string.IsNullOrEmpty(value) ? null : Id(value, "before", 256);
}
