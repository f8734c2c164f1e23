using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansCalls.Calls;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// The stored form of a past call in both databases: the call as JSON, the searched values as columns, enums as on the wire.
/// </summary>
internal static class HistoryRecord
{
    /// <summary>The maximum size of a page.</summary>
    private const int MaximumPage = 100;

    /// <summary>Not source-generated: generated code drops the initial value of a member that a row does not contain.</summary>
    private static readonly JsonSerializerOptions Reading =
        new(HistoryJson.Default.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    internal static byte[] Json(Call call) => JsonSerializer.SerializeToUtf8Bytes(call, HistoryJson.Default.Call);

    /// <summary>
    /// Returns the record that this write of a call adds to history; null if it adds none, as when all users of the call are
    /// erased.
    /// </summary>
    internal static CallSession? SessionOf(StoredCall? call) =>
        call?.Session is { Participants.IsEmpty: false } session ? session : null;

    internal static DateTimeOffset EndOf(Call call) =>
        call.EndedAt ?? throw new ArgumentException($"Call {call.CallId} has not ended.", nameof(call));

    internal static int Limit(int asked) => Math.Clamp(asked, 1, MaximumPage);

    internal static Call Call(byte[] json) => JsonSerializer.Deserialize<Call>(json, Reading)!;

    /// <summary>Returns a past call; a missing outcome is that of an erased caller.</summary>
    internal static PastCall Read(byte[] json, string? outcome, string? quality)
    {
        var call = Call(json);
        return new PastCall
        {
            Call = call,
            Quality = quality is null ? null : JsonSerializer.Deserialize<CallQuality>(quality, Reading),
            Outcome = outcome is not null ? Outcome(outcome)
                : call.EndReason is { } reason ? CallSessions.CallersOutcome(call.AnsweredAt is not null, reason)
                : HistoryOutcome.Failed,
        };
    }

    /// <summary>Returns a page from up to one row more than its limit; that row only shows that there is a next page.</summary>
    internal static HistoryPage Page(List<(PastCall Item, HistoryCursor At)> rows, int limit) => new()
    {
        Items = [.. rows.Take(limit).Select(row => row.Item)],
        Next = rows.Count > limit ? rows[limit - 1].At.ToString() : null,
    };

    internal static string? Quality(CallParticipant participant) =>
        participant.Quality is { } quality ? JsonSerializer.Serialize(quality, HistoryJson.Default.CallQuality) : null;

    internal static string Outcome(CallParticipant participant) => EnumNames.Snake(participant.Outcome);

    private static HistoryOutcome Outcome(string word) =>
        Enum.TryParse<HistoryOutcome>(word, ignoreCase: true, out var outcome) ? outcome : HistoryOutcome.Failed;
}

/// <summary>Converts enum members to their wire names.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
    where T : struct, Enum;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeCaseEnum<CallMedia>), typeof(SnakeCaseEnum<CallPhase>), typeof(SnakeCaseEnum<LegPhase>),
        typeof(SnakeCaseEnum<EndReason>),
        typeof(SnakeCaseEnum<MediaRoute>), typeof(SnakeCaseEnum<MediaLevel>),
    ])]
[JsonSerializable(typeof(Call))]
[JsonSerializable(typeof(CallQuality))]
internal sealed partial class HistoryJson : JsonSerializerContext;
