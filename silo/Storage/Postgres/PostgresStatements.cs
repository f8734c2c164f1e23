using NpgsqlTypes;
using static OrleansCalls.Silo.Storage.Postgres.PostgresStatement;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// The statements of a batch. Those that may find another row than they expect, or none, answer with the ids of the calls that they
/// have written or read.
/// </summary>
internal static class PostgresStatements
{
    internal static PostgresStatement ReadCalls { get; } = For<CallRead>(
        PostgresTable.Calls,
        "SELECT call_id, version, payload FROM calls WHERE call_id = ANY ($1)",
        reads => [Texts(reads.Select(read => read.CallId))]);

    internal static PostgresStatement InsertCalls { get; } = Write("""
        INSERT INTO calls (call_id, version, created_at, modified_at, payload)
        SELECT call_id, 1, now(), now(), payload FROM unnest($1, $2, $3) AS new (call_id, version, payload)
        ON CONFLICT (call_id) DO NOTHING
        RETURNING call_id
        """);

    /// <summary>
    /// No UPDATE that joins the rows with the table: planned while the table was small, it would read all of it ever after. This way each
    /// row is looked up in the index, whatever the planner thinks, and rows are locked in the order in which they come.
    /// </summary>
    internal static PostgresStatement UpdateCalls { get; } = Write("""
        INSERT INTO calls (call_id, version, created_at, modified_at, payload)
        SELECT call_id, version, now(), now(), payload FROM unnest($1, $2, $3) AS new (call_id, version, payload)
        WHERE (SELECT old.version FROM calls old WHERE old.call_id = new.call_id) = new.version
        ON CONFLICT (call_id) DO UPDATE SET version = calls.version + 1, modified_at = excluded.modified_at, payload = excluded.payload
        WHERE calls.version = excluded.version
        RETURNING call_id
        """);

    internal static PostgresStatement WriteProbes { get; } = For<ProbeWrite>(
        PostgresTable.Calls,
        """
        INSERT INTO calls (call_id, version, created_at, modified_at, payload)
        SELECT call_id, 1, now(), now(), '' FROM unnest($1) AS new (call_id)
        ON CONFLICT (call_id) DO UPDATE SET version = calls.version + 1, modified_at = excluded.modified_at
        RETURNING call_id
        """,
        probes => [Texts(probes.Select(probe => probe.CallId))]);

    /// <summary>
    /// A call that is there already keeps the people it has, since somebody may have been erased from it; their quality may be another one by now.
    /// </summary>
    internal static PostgresStatement WriteHistory { get; } = For<HistoryWrite>(
        PostgresTable.History,
        """
        WITH session AS (
            INSERT INTO call_sessions
                (call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call, timeline)
            SELECT call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call::json,
                timeline::json
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $17) AS new
                (call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call, timeline)
            ON CONFLICT (call_id) DO NOTHING
            RETURNING call_id)
        INSERT INTO call_participants (user_id, ended_at, call_id, is_caller, outcome, quality)
        SELECT DISTINCT ON (person.user_id, person.ended_at, person.call_id)
            person.user_id, person.ended_at, person.call_id, person.is_caller, person.outcome, person.quality::json
        FROM unnest($11, $12, $13, $14, $15, $16) AS person (call_id, ended_at, user_id, is_caller, outcome, quality)
        WHERE person.call_id IN (SELECT call_id FROM session)
            OR EXISTS (SELECT 1 FROM call_participants old
                WHERE old.user_id = person.user_id AND old.ended_at = person.ended_at AND old.call_id = person.call_id)
        ON CONFLICT (user_id, ended_at, call_id) DO UPDATE SET quality = excluded.quality WHERE excluded.quality IS NOT NULL
        """,
        writes =>
        [
            Texts(writes.Select(write => write.CallId)),
            Texts(writes.Select(write => write.Call.Caller.Id)),
            Texts(writes.Select(write => Words.Snake(write.Call.Media))),
            Texts(writes.Select(write => write.Call.ConversationId?.Replace('\0', '\uFFFD'))), // the one character that text cannot hold
            Column(NpgsqlDbType.TimestampTz, writes.Select(write => write.Call.CreatedAt.UtcDateTime)),
            Column(NpgsqlDbType.TimestampTz, writes.Select(write => write.Call.AnsweredAt?.UtcDateTime)),
            Column(NpgsqlDbType.TimestampTz, writes.Select(write => write.EndedAt)),
            Texts(writes.Select(write => write.Call.EndReason is { } reason ? Words.Snake(reason) : null)),
            Texts(writes.Select(write => write.Call.EndedBy)),
            Texts(writes.Select(write => write.Json)),
            Texts(writes.SelectMany(write => write.Participants, (write, _) => write.CallId)),
            Column(NpgsqlDbType.TimestampTz, writes.SelectMany(write => write.Participants, (write, _) => write.EndedAt)),
            Texts(writes.SelectMany(write => write.Participants, (_, person) => person.UserId)),
            Column(NpgsqlDbType.Boolean, writes.SelectMany(write => write.Participants, (_, person) => person.IsCaller)),
            Texts(writes.SelectMany(write => write.Participants, (_, person) => HistoryRecord.Outcome(person))),
            Texts(writes.SelectMany(write => write.Participants, (_, person) => HistoryRecord.Quality(person))),
            Texts(writes.Select(write => write.Timeline)),
        ]);

    /// <summary>
    /// Writes calls, and the wake times of those that were written into the index of open calls. A row of the index is left alone when its
    /// time stays: even a conflict that changes nothing would write to its page.
    /// </summary>
    private static PostgresStatement Write(string calls) => For<CallWrite>(
        PostgresTable.Calls,
        $"""
        WITH written AS ({calls}),
        wake AS (
            SELECT new.call_id, new.wake_at FROM unnest($1, $4) AS new (call_id, wake_at) JOIN written ON written.call_id = new.call_id),
        kept AS (
            INSERT INTO open_calls (call_id, wake_at)
            SELECT call_id, wake_at FROM wake
            WHERE wake_at <> coalesce((SELECT old.wake_at FROM open_calls old WHERE old.call_id = wake.call_id), '-infinity')
            ORDER BY call_id
            ON CONFLICT (call_id) DO UPDATE SET wake_at = excluded.wake_at),
        dropped AS (DELETE FROM open_calls WHERE call_id = ANY (ARRAY(SELECT call_id FROM wake WHERE wake_at IS NULL)))
        SELECT call_id FROM written
        """,
        writes =>
        [
            Texts(writes.Select(write => write.CallId)),
            Column(NpgsqlDbType.Integer, writes.Select(write => write.Read)),
            Column(NpgsqlDbType.Bytea, writes.Select(write => write.Payload)),
            Column(NpgsqlDbType.TimestampTz, writes.Select(write => write.WakeAt)),
        ]);

    /// <summary>All of them, in the order in which they go into a batch.</summary>
    internal static IReadOnlyList<PostgresStatement> InOrder { get; } =
        [ReadCalls, InsertCalls, UpdateCalls, WriteProbes, WriteHistory];
}
