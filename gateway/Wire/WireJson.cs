using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansCalls.Gateway.Wire;

/// <summary>
/// JSON conventions of the wire: camelCase, enums in lower snake case, UTC times with milliseconds, nulls omitted.
/// </summary>
[JsonSerializable(typeof(StartCallRequest))]
[JsonSerializable(typeof(CallRequest))]
[JsonSerializable(typeof(AcceptCallRequest))]
[JsonSerializable(typeof(ReadyCallRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(SendSignalRequest))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(ReportMediaRequest))]
[JsonSerializable(typeof(RateCallRequest))]
[JsonSerializable(typeof(PushTokenRequest))]
[JsonSerializable(typeof(PresenceRequest))]
[JsonSerializable(typeof(HistoryRequest))]
[JsonSerializable(typeof(AckMissedRequest))]
[JsonSerializable(typeof(SettingsRequest))]
[JsonSerializable(typeof(SettingsChangeRequest))]
[JsonSerializable(typeof(NotifyRequest))]
[JsonSerializable(typeof(TestRingStartRequest))]
[JsonSerializable(typeof(TestRingAckRequest))]
[JsonSerializable(typeof(TestRing))]
[JsonSerializable(typeof(TestRingReport))]
[JsonSerializable(typeof(DevTokenRequest))]
[JsonSerializable(typeof(Call[]))]
[JsonSerializable(typeof(PastCallView[]))]
[JsonSerializable(typeof(IncomingCallView))]
[JsonSerializable(typeof(OpenCallsView))]
[JsonSerializable(typeof(OfferView))]
[JsonSerializable(typeof(SignalReceived))]
[JsonSerializable(typeof(NotificationReceived))]
[JsonSerializable(typeof(MissedCallsAcked))]
[JsonSerializable(typeof(ReconnectView))]
[JsonSerializable(typeof(DisplacedView))]
[JsonSerializable(typeof(IceServersView))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(NotifiedView))]
[JsonSerializable(typeof(TimelineView))]
[JsonSerializable(typeof(FoundCallsView))]
[JsonSerializable(typeof(StatsView))]
[JsonSerializable(typeof(OverviewView))]
[JsonSerializable(typeof(AdminSessionView))]
[JsonSerializable(typeof(SignInWaysView))]
[JsonSerializable(typeof(ConfigView))]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(Page<Call>))]
[JsonSerializable(typeof(Page<PastCallView>))]
[JsonSerializable(typeof(Page<OnlineUserView>))]
[JsonSerializable(typeof(Page<DeviceView>))]
[JsonSerializable(typeof(CallProgress))]
[JsonSerializable(typeof(CallAccepted))]
[JsonSerializable(typeof(CallReady))]
[JsonSerializable(typeof(CallRejected))]
[JsonSerializable(typeof(CallEnded))]
[JsonSerializable(typeof(Presence[]))]
[JsonSerializable(typeof(UserSettings))]
[JsonSerializable(typeof(UserInspection))]
[JsonSerializable(typeof(ErasureStatus))]
[JsonSerializable(typeof(PurgeStatus))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Returns options with the wire's conventions.</summary>
    public static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Applies the wire's conventions to <paramref name="options"/>.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        // The reflection-based resolver is the fallback for types of the framework (ids in queries, the OpenAPI document).
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(Complete);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new WireTimeConverter());
    }

    /// <summary>
    /// Events carry no type discriminator, since the client method names them; payloads of apps are written as raw JSON, and
    /// signals have no event number.
    /// </summary>
    private static void Complete(JsonTypeInfo type)
    {
        if (type.Type == typeof(ClientEvent) || type.Type == typeof(CallEvent))
            type.PolymorphismOptions = null;
        if (type.Type != typeof(SignalReceived) && type.Type != typeof(NotificationReceived))
            return;
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].Name == "seq")
                type.Properties.RemoveAt(i);
            else if (type.Properties[i].Name == "payload")
                type.Properties[i].CustomConverter = new RawJsonConverter();
        }
    }
}

/// <summary>Times in the form <c>2026-01-31T12:34:56.789Z</c>. A time without an offset is read as UTC.</summary>
public sealed class WireTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out _) && DateTimeOffset.TryParse(
                reader.GetString(), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}

/// <summary>Writes a string that holds JSON as raw JSON.</summary>
public sealed class RawJsonConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}

/// <summary>Enum values in the spelling of wire, logs and metrics.</summary>
public static class WireNames
{
    /// <summary>Returns the value in lower snake case.</summary>
    public static string Wire<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Parses a wire value; null if it is unknown.</summary>
    public static T? Parse<T>(string? text)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (value.Wire() == text)
                return value;
        }

        return null;
    }
}
