using System.Globalization;
using Orleans.Storage;
using OrleansCalls.Calls;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>
/// Grain state in SQLite. The etag is the row's version, compared and swapped within the writing statement. Of two activations of
/// one grain, which a crash can leave for a moment, only one succeeds. A call's wake time is written to the index of open calls,
/// and its record to history, in the same transaction.
/// </summary>
internal sealed class SqliteGrainStorage(
    string storage, SqliteStore store, IGrainStorageSerializer serializer, TimeProvider time) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var (version, payload) = store.Read(session =>
        {
            using var reader = session.Prepared(
                "SELECT version, payload FROM grain_state WHERE storage = $1 AND name = $2 AND grain = $3",
                storage, stateName, grain).ExecuteReader();
            return reader.Read() ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : (0L, null);
        });
        grainState.State = payload is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(new BinaryData(payload))!;
        grainState.ETag = payload is null ? null! : Text(version);
        grainState.RecordExists = payload is not null;
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var read = Version(grainState.ETag, stateName, grain);
        var payload = StatePayload.Bytes(serializer.Serialize(grainState.State));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var call = grainState.State as StoredCall;
        var session = HistoryRecord.SessionOf(call);
        var record = session is null ? null : HistoryRecord.Json(session.Call);
        var timeline = session is null ? null : TimelineRecord.Write(session.Timeline);
        var written = await store.Write(connection =>
        {
            var rows = read is null
                ? connection.Run(
                    """
                    INSERT INTO grain_state (storage, name, grain, version, created, modified, payload) VALUES ($1, $2, $3, 1, $4, $4, $5)
                    ON CONFLICT (storage, name, grain) DO NOTHING
                    """,
                    storage, stateName, grain, now, payload)
                : connection.Run(
                    """
                    UPDATE grain_state SET version = version + 1, modified = $4, payload = $5
                    WHERE storage = $1 AND name = $2 AND grain = $3 AND version = $6
                    """,
                    storage, stateName, grain, now, payload, read);
            if (rows > 0 && call is not null)
                SqliteOpenCalls.Set(connection, grainId.Key.ToString()!, call.WakeAt);
            if (rows > 0 && session is not null)
                SqliteCallHistory.Add(connection, session, record!, timeline);
            return rows;
        });
        if (written == 0)
            throw Conflict("write", stateName, grain, grainState.ETag);
        grainState.ETag = Text((read ?? 0) + 1);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var read = Version(grainState.ETag, stateName, grain);
        var isGone = await store.Write(session =>
        {
            var done = read is not null
                ? session.Run(
                    "DELETE FROM grain_state WHERE storage = $1 AND name = $2 AND grain = $3 AND version = $4", storage,
                    stateName, grain, read) > 0
                : session.Prepared("SELECT 1 FROM grain_state WHERE storage = $1 AND name = $2 AND grain = $3", storage,
                    stateName, grain).ExecuteScalar() is null;
            if (done && storage == CallStorage.Calls)
                SqliteOpenCalls.Set(session, grainId.Key.ToString()!, wakeAt: null);
            return done;
        });
        if (!isGone)
            throw Conflict("clear", stateName, grain, grainState.ETag);

        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }

    private InconsistentStateException Conflict(string what, string stateName, string grain, string? etag) => new(
        $"Somebody else has written since: {what} of {storage}/{stateName} of {grain} with etag {etag ?? "none"}.");

    private long? Version(string? etag, string stateName, string grain) =>
        string.IsNullOrEmpty(etag) ? null
        : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw Conflict("etag", stateName, grain, etag);

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
