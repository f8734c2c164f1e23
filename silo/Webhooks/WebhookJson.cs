using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Silo.Webhooks;

/// <summary>The body of an event or an authorization request.</summary>
internal sealed record WebhookBody
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? UserId { get; init; }

    public ImmutableArray<string>? CalleeIds { get; init; }

    public ImmutableArray<string>? UserIds { get; init; }

    public Call? Call { get; init; }
}

/// <summary>The back end's response to an authorization request.</summary>
internal sealed record WebhookAnswer
{
    public bool? Allow { get; init; }

    /// <summary>For presence: the users who may be seen.</summary>
    public string[]? UserIds { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Serializes calls in the same form as hub and REST.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeEnums<CallMedia>), typeof(SnakeEnums<CallPhase>), typeof(SnakeEnums<LegPhase>), typeof(SnakeEnums<EndReason>),
        typeof(UtcTime),
    ])]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookAnswer))]
internal sealed partial class WebhookJson : JsonSerializerContext
{
    internal static byte[] Write(WebhookBody body) => JsonSerializer.SerializeToUtf8Bytes(body, Default.WebhookBody);
}

internal sealed class SnakeEnums<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Times as <c>2026-01-31T12:34:56.789Z</c>.</summary>
internal sealed class UtcTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
