using Microsoft.Data.Sqlite;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>Past calls in SQLite.</summary>
internal sealed class SqliteCallHistory(SqliteStore store) : ICallHistory
{
    /// <summary>
    /// Adds a record, within the transaction that writes the call. An existing record is kept, except its timeline and its users'
    /// quality.
    /// </summary>
    internal static void Add(SqliteSession store, CallSession session, byte[] json, byte[]? timeline)
    {
        var call = session.Call;
        var endedAt = HistoryRecord.EndOf(call).ToUnixTimeMilliseconds();
        var isNew = store.Run(
            """
            INSERT INTO call_sessions
                (call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call, timeline)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (call_id) DO NOTHING
            """,
            call.CallId, call.Caller.Id, EnumNames.Snake(call.Media), call.ConversationId,
            call.CreatedAt.ToUnixTimeMilliseconds(),
            call.AnsweredAt?.ToUnixTimeMilliseconds(), endedAt,
            call.EndReason is { } reason ? EnumNames.Snake(reason) : null, call.EndedBy, json,
            timeline);
        if (isNew == 0)
            store.Run("UPDATE call_sessions SET timeline = $2 WHERE call_id = $1", call.CallId, timeline);
        foreach (var participant in session.Participants)
        {
            var quality = HistoryRecord.Quality(participant);
            if (isNew != 0)
            {
                store.Run(
                    "INSERT OR IGNORE INTO call_participants (user_id, ended_at, call_id, is_caller, outcome, quality) VALUES ($1, $2, $3, $4, $5, $6)",
                    participant.UserId, endedAt, call.CallId, participant.IsCaller ? 1 : 0,
                    HistoryRecord.Outcome(participant), quality);
            }
            else if (quality is not null)
            {
                store.Run(
                    "UPDATE call_participants SET quality = $3 WHERE call_id = $1 AND user_id = $2", call.CallId,
                    participant.UserId, quality);
            }
        }
    }

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default)
    {
        var limit = HistoryRecord.Limit(query.Limit);
        var from = HistoryCursor.Parse(query.Before);
        return store.ReadAside(
            session =>
            {
                using var reader = session.Prepared(
                    FindSql.UserPage(query.MissedOnly, limit), from.EndedAt, from.CallId, userId).ExecuteReader();
                List<(PastCall, HistoryCursor)> rows = [];
                while (reader.Read())
                    rows.Add(
                        (HistoryRecord.Read(
                            reader.GetFieldValue<byte[]>(0), reader.GetString(3),
                            reader.IsDBNull(4) ? null : reader.GetString(4)), Place(reader, 1)));
                return HistoryRecord.Page(rows, limit);
            },
            cancellation);
    }

    public Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default) =>
        new CallFinder(new Reader(store)).Find(search, cancellation);

    public Task<EndedCall?> Read(string callId, CancellationToken cancellation = default) => store.ReadAside(
        session =>
        {
            using var reader =
                session.Prepared("SELECT call, timeline FROM call_sessions WHERE call_id = $1", callId).ExecuteReader();
            return reader.Read() ? Ended(reader) : null;
        },
        cancellation);

    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        store.Write(session =>
        {
            var (anonymized, deleted) = (0, 0);
            foreach (var ended in CallsOf(session, userId, limit))
            {
                session.Run("DELETE FROM call_participants WHERE call_id = $1 AND user_id = $2", ended.Call.CallId, userId);
                var without = Erasure.Of(ended, userId, alias);
                anonymized += session.Run(
                    """
                    UPDATE call_sessions SET caller_id = $2, ended_by = $3, call = $4, timeline = $5
                    WHERE call_id = $1 AND EXISTS (SELECT 1 FROM call_participants p WHERE p.call_id = $1)
                    """,
                    ended.Call.CallId, without.Call.Caller.Id, without.Call.EndedBy, HistoryRecord.Json(without.Call),
                    TimelineRecord.Write(without.Timeline));
                deleted += session.Run(
                    "DELETE FROM call_sessions WHERE call_id = $1 AND NOT EXISTS (SELECT 1 FROM call_participants p WHERE p.call_id = $1)",
                    ended.Call.CallId);
            }

            return new HistoryErasure { Anonymized = anonymized, Deleted = deleted };
        });

    private static List<EndedCall> CallsOf(SqliteSession session, string userId, int limit)
    {
        using var reader = session.Prepared(
            "SELECT s.call, s.timeline FROM call_participants p JOIN call_sessions s ON s.call_id = p.call_id WHERE p.user_id = $1 LIMIT $2",
            userId, limit).ExecuteReader();
        List<EndedCall> calls = [];
        while (reader.Read())
            calls.Add(Ended(reader));
        return calls;
    }

    private static EndedCall Ended(SqliteDataReader reader) => new()
    {
        Call = HistoryRecord.Call(reader.GetFieldValue<byte[]>(0)),
        Timeline = TimelineRecord.Read(reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1)),
    };

    private static HistoryCursor Place(SqliteDataReader reader, int column) =>
        new(reader.GetInt64(column), reader.GetString(column + 1));

    private sealed class Reader(SqliteStore store) : IFindReader
    {
        public Task<List<FoundRow>> Rows(string sql, FindValues values, CancellationToken cancellation) => Run(
            sql, values,
            reader => new FoundRow(reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0), Place(reader, 1)), cancellation);

        public Task<List<string>> Texts(string sql, FindValues values, CancellationToken cancellation) =>
            Run(sql, values, reader => reader.GetString(0), cancellation);

        private Task<List<T>> Run<T>(
            string sql, FindValues values, Func<SqliteDataReader, T> read, CancellationToken cancellation) =>
            store.ReadAside(
                session =>
                {
                    using var reader = session.Prepared(
                        sql, values.Before.EndedAt, values.Before.CallId, values.From, values.UserId, values.Prefix,
                        values.PrefixEnd).ExecuteReader();
                    List<T> rows = [];
                    while (reader.Read())
                        rows.Add(read(reader));
                    return rows;
                },
                cancellation);
    }
}
