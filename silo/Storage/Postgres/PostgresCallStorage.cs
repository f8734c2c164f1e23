using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Orleans.Storage;
using OrleansCalls.Calls;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// The state of calls, in a table of their own. The etag is the row's version, compared and swapped within the writing statement.
/// Of two activations of one call, which a crash can leave for a moment, only one succeeds. The index of open calls and history
/// are written by the same statement.
/// </summary>
internal sealed class PostgresCallStorage(string connectionString, PostgresLanes lanes, IGrainStorageSerializer serializer)
    : IGrainStorage
{
    private const string OnlyState = "call";

    /// <summary>
    /// Returns whether the row had the expected version. Version 0 is a missing row, which may still have an index row.
    /// </summary>
    private const string ClearCall =
        """
        WITH gone AS (DELETE FROM calls WHERE call_id = $1 AND version = $2 RETURNING call_id),
        clear AS (SELECT EXISTS (SELECT 1 FROM gone) OR ($2 = 0 AND NOT EXISTS (SELECT 1 FROM calls WHERE call_id = $1)) AS done),
        dropped AS (DELETE FROM open_calls WHERE call_id = $1 AND (SELECT done FROM clear))
        SELECT done FROM clear
        """;

    private static readonly GrainType OnlyGrain = GrainId.Create("call", "any").Type;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await lanes.Read(new CallRead(CallId(stateName, grainId)));
        grainState.RecordExists = row is not null;
        grainState.ETag = row is null ? null! : Text(row.Version);
        grainState.State = row is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(new BinaryData(row.Payload))!;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var callId = CallId(stateName, grainId);
        var read = Version(grainState.ETag, callId);
        var payload = StatePayload.Bytes(serializer.Serialize(grainState.State));
        var call = grainState.State as StoredCall;
        var session = HistoryRecord.SessionOf(call) is { } ended ? new SessionRow(ended) : null;
        if (!await lanes.Write(new CallWrite(callId, read, payload, call?.WakeAt?.UtcDateTime, session)))
            throw Conflict("write", callId, grainState.ETag);
        grainState.ETag = Text(read + 1);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        DatabaseFault.Translated(Clear(CallId(stateName, grainId), grainState));

    private async Task Clear<T>(string callId, IGrainState<T> grainState)
    {
        var read = Version(grainState.ETag, callId);
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(ClearCall, connection);
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = callId });
            command.Parameters.Add(new NpgsqlParameter { Value = read });
            if (await command.ExecuteScalarAsync() is not true)
                throw Conflict("clear", callId, grainState.ETag);
        }

        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }

    /// <summary>The row has no column for the kind of grain: two grains with one key would share it.</summary>
    private static string CallId(string stateName, GrainId grainId) =>
        stateName == OnlyState && grainId.Type == OnlyGrain
            ? grainId.Key.ToString()!
            : throw new NotSupportedException($"The storage of calls does not keep {stateName} of {grainId.Type}.");

    private static int Version(string? etag, string callId) =>
        string.IsNullOrEmpty(etag) ? 0
        : int.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw Conflict("etag", callId, etag);

    private static InconsistentStateException Conflict(string what, string callId, string? etag) =>
        new($"Somebody else has written since: {what} of call {callId} with etag {etag ?? "none"}.");

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
