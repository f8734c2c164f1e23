using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.Operators;
using OrleansCalls.Push;
using OrleansCalls.Users;

namespace OrleansCalls;

/// <summary>
/// Serializes grain state as JSON with generated code and without type names. Members may be added but never change their
/// meaning. Unknown members are skipped, so that the previous version can read what the next one has written.
/// </summary>
public sealed class GrainStateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Reading = new(StoredJson.Default.Options)
    {
        // For members missing in a row of an older version, generated code ignores property initializers and leaves lists and
        // strings null. So rows are read by reflection.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter() },
    };

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(input is StoredCall call
        ? JsonSerializer.SerializeToUtf8Bytes(CallRow.Of(call), CallRowJson.Default.CallRow)
        : JsonSerializer.SerializeToUtf8Bytes(input, StoredJson.Default.GetTypeInfo(typeof(T)) ?? throw NotStored<T>()));

    /// <inheritdoc/>
    /// <exception cref="JsonException">The row is corrupt.</exception>
    public T Deserialize<T>(BinaryData input)
    {
        if (StoredJson.Default.GetTypeInfo(typeof(T)) is null)
            throw NotStored<T>();
        try
        {
            return typeof(T) == typeof(StoredCall)
                ? (T)(object)JsonSerializer.Deserialize<CallRow>(input, Reading)?.Read()!
                : JsonSerializer.Deserialize<T>(input, Reading)!;
        }
        // An event that does not say which it is, a list with nothing in a place of it, a time of no calendar.
        catch (Exception exception) when (exception is not JsonException)
        {
            throw new JsonException("The row is damaged.", exception);
        }
    }

    private static NotSupportedException NotStored<T>() => new($"{typeof(T).Name} is not among the stored types.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredCall))]
[JsonSerializable(typeof(StoredUser))]
[JsonSerializable(typeof(StoredActionKeys))]
[JsonSerializable(typeof(StoredPushToken))]
[JsonSerializable(typeof(StoredAdminSessions))]
[JsonSerializable(typeof(Call))]
internal sealed partial class StoredJson : JsonSerializerContext;

/// <summary>Rows of calls hold nothing that is computed out of the rest.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CallRow))]
internal sealed partial class CallRowJson : JsonSerializerContext;
