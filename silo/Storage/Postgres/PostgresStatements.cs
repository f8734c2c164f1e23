using System.Text;
using Npgsql;
using NpgsqlTypes;
using static OrleansCalls.Silo.Storage.Postgres.PostgresStatement;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>The statements of a batch. Each returns the ids of the calls that it has read or written.</summary>
internal static class PostgresStatements
{
    private const string Insert = """
        INSERT INTO calls (call_id, version, created_at, modified_at, payload)
        SELECT call_id, 1, now(), now(), payload FROM unnest($1, $2, $3) AS new (call_id, version, payload)
        ON CONFLICT (call_id) DO NOTHING
        RETURNING call_id
        """;

    /// <summary>
    /// Not an UPDATE joined with the rows: its plan, made while the table was small, would always scan the table. This form
    /// always looks up each row in the index, and locks rows in the order of the parameters.
    /// </summary>
    private const string Update = """
        INSERT INTO calls (call_id, version, created_at, modified_at, payload)
        SELECT call_id, version, now(), now(), payload FROM unnest($1, $2, $3) AS new (call_id, version, payload)
        WHERE (SELECT old.version FROM calls old WHERE old.call_id = new.call_id) = new.version
        ON CONFLICT (call_id) DO UPDATE SET version = calls.version + 1, modified_at = excluded.modified_at, payload = excluded.payload
        WHERE calls.version = excluded.version
        RETURNING call_id
        """;

    /// <summary>
    /// Writes the history of the written calls. An existing record keeps its users, since one may have been erased from it; its
    /// timeline and quality are updated.
    /// </summary>
    private const string History = """
        , session AS (
            INSERT INTO call_sessions
                (call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call, timeline)
            SELECT call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call::json,
                timeline::json
            FROM unnest($1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $18) AS new
                (call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call, timeline)
            WHERE call_id IN (SELECT call_id FROM written)
            ON CONFLICT (call_id) DO UPDATE SET timeline = excluded.timeline
            RETURNING call_id, xmax = 0 AS is_new),
        participants AS (
            INSERT INTO call_participants (user_id, ended_at, call_id, is_caller, outcome, quality)
            SELECT DISTINCT ON (person.user_id, ended.ended_at, person.call_id)
                person.user_id, ended.ended_at, person.call_id, person.is_caller, person.outcome, person.quality::json
            FROM unnest($14, $15, $16, $17, $19) AS person (call_id, user_id, is_caller, outcome, quality)
            JOIN unnest($1, $10) AS ended (call_id, ended_at) ON ended.call_id = person.call_id
            WHERE person.call_id IN (SELECT call_id FROM session WHERE is_new)
                OR (person.call_id IN (SELECT call_id FROM written) AND EXISTS (
                    SELECT 1 FROM call_participants old
                    WHERE old.user_id = person.user_id AND old.ended_at = ended.ended_at AND old.call_id = person.call_id))
            ON CONFLICT (user_id, ended_at, call_id) DO UPDATE SET quality = excluded.quality WHERE excluded.quality IS NOT NULL)
        """;

    internal static PostgresStatement ReadCalls { get; } = For<CallRead>(
        "SELECT call_id, version, payload FROM calls WHERE call_id = ANY ($1)",
        reads => [Texts(reads.Select(read => read.CallId))]);

    internal static PostgresStatement InsertCalls { get; } = For<CallWrite>(Write(Insert), CallColumns);

    internal static PostgresStatement UpdateCalls { get; } = For<CallWrite>(Write(Update), CallColumns);

    internal static PostgresStatement InsertEndedCalls { get; } = For<CallWrite>(Write(Insert, History), EndedColumns);

    internal static PostgresStatement EndCalls { get; } = For<CallWrite>(Write(Update, History), EndedColumns);

    internal static PostgresStatement WriteProbes { get; } = For<ProbeWrite>(
        """
        INSERT INTO calls (call_id, version, created_at, modified_at, payload)
        SELECT call_id, 1, now(), now(), '' FROM unnest($1) AS new (call_id)
        ON CONFLICT (call_id) DO UPDATE SET version = calls.version + 1, modified_at = excluded.modified_at
        RETURNING call_id
        """,
        probes => [Texts(probes.Select(probe => probe.CallId))]);

    /// <summary>All statements, in their order within a batch.</summary>
    internal static IReadOnlyList<PostgresStatement> InOrder { get; } =
        [ReadCalls, InsertCalls, InsertEndedCalls, UpdateCalls, EndCalls, WriteProbes];

    /// <summary>
    /// Writes calls, and the wake times of the written ones to the index of open calls. An index row whose time is unchanged is
    /// skipped: even a no-op conflict would write to its page.
    /// </summary>
    private static string Write(string calls, string more = "") =>
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
        {more}
        SELECT call_id FROM written
        """;

    private static NpgsqlParameter[] CallColumns(CallWrite[] writes) =>
    [
        Texts(writes.Select(write => write.CallId)),
        Column(NpgsqlDbType.Integer, writes.Select(write => write.Read)),
        Column(NpgsqlDbType.Bytea, writes.Select(write => write.Payload)),
        Column(NpgsqlDbType.TimestampTz, writes.Select(write => write.WakeAt)),
    ];

    private static NpgsqlParameter[] EndedColumns(CallWrite[] writes)
    {
        var sessions = Array.ConvertAll(writes, write => write.Session!);
        return
        [
            .. CallColumns(writes),
            Texts(sessions.Select(session => Storable(session.Call.Caller.Id))),
            Texts(sessions.Select(session => EnumNames.Snake(session.Call.Media))),
            Texts(sessions.Select(session => Storable(session.Call.ConversationId))),
            Column(NpgsqlDbType.TimestampTz, sessions.Select(session => session.Call.CreatedAt.UtcDateTime)),
            Column(NpgsqlDbType.TimestampTz, sessions.Select(session => session.Call.AnsweredAt?.UtcDateTime)),
            Column(NpgsqlDbType.TimestampTz, sessions.Select(session => session.EndedAt)),
            Texts(sessions.Select(session => session.Call.EndReason is { } reason ? EnumNames.Snake(reason) : null)),
            Texts(sessions.Select(session => Storable(session.Call.EndedBy))),
            Texts(sessions.Select(session => session.Json)),
            Texts(sessions.SelectMany(session => session.Participants, (session, _) => session.Call.CallId)),
            Texts(sessions.SelectMany(session => session.Participants, (_, person) => Storable(person.UserId))),
            Column(NpgsqlDbType.Boolean, sessions.SelectMany(session => session.Participants, (_, person) => person.IsCaller)),
            Texts(sessions.SelectMany(session => session.Participants, (_, person) => HistoryRecord.Outcome(person))),
            Texts(sessions.Select(session => session.Timeline)),
            Texts(sessions.SelectMany(session => session.Participants, (_, person) => HistoryRecord.Quality(person))),
        ];
    }

    /// <summary>
    /// Replaces NUL, which PostgreSQL's text cannot hold, and unpaired surrogates, which UTF-8 cannot encode, by U+FFFD: an end
    /// must be writable whatever its texts contain.
    /// </summary>
    private static string? Storable(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
