using Microsoft.Data.Sqlite;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>Past calls in SQLite.</summary>
internal sealed class SqliteCallHistory(SqliteStore store) : ICallHistory
{
    public Task Write(CallSession session, CancellationToken cancellation = default)
    {
        var call = session.Call;
        var endedAt = HistoryRecord.EndOf(call).ToUnixTimeMilliseconds();
        var json = HistoryRecord.Json(call);
        return store.Write(connection =>
        {
            var isNew = connection.Run(
                """
                INSERT INTO call_sessions
                    (call_id, caller_id, media, conversation_id, created_at, answered_at, ended_at, end_reason, ended_by, call)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (call_id) DO NOTHING
                """,
                call.CallId, call.Caller.Id, Words.Snake(call.Media), call.ConversationId, call.CreatedAt.ToUnixTimeMilliseconds(),
                call.AnsweredAt?.ToUnixTimeMilliseconds(), endedAt, call.EndReason is { } reason ? Words.Snake(reason) : null, call.EndedBy, json);
            foreach (var participant in session.Participants)
            {
                var quality = HistoryRecord.Quality(participant);
                if (isNew != 0)
                {
                    connection.Run(
                        "INSERT OR IGNORE INTO call_participants (user_id, ended_at, call_id, is_caller, outcome, quality) VALUES ($1, $2, $3, $4, $5, $6)",
                        participant.UserId, endedAt, call.CallId, participant.IsCaller ? 1 : 0, HistoryRecord.Outcome(participant), quality);
                }
                else if (quality is not null)
                {
                    connection.Run(
                        "UPDATE call_participants SET quality = $3 WHERE call_id = $1 AND user_id = $2", call.CallId, participant.UserId, quality);
                }
            }

            return true;
        });
    }

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) => Page(
        $"""
         SELECT s.call, p.outcome, p.ended_at, p.call_id, p.quality
         FROM call_participants p JOIN call_sessions s ON s.call_id = p.call_id
         WHERE p.user_id = $4 AND (p.ended_at, p.call_id) < ($1, $2) {(query.MissedOnly ? "AND p.outcome = 'missed'" : "")}
         ORDER BY p.ended_at DESC, p.call_id DESC LIMIT $3
         """,
        query, [userId], cancellation);

    public Task<HistoryPage> ForAll(HistoryQuery query, CancellationToken cancellation = default) => Page(
        $"""
         SELECT s.call, p.outcome, s.ended_at, s.call_id, p.quality
         FROM call_sessions s LEFT JOIN call_participants p ON p.call_id = s.call_id AND p.is_caller = 1
         WHERE (s.ended_at, s.call_id) < ($1, $2) {(query.MissedOnly
             ? "AND EXISTS (SELECT 1 FROM call_participants m WHERE m.call_id = s.call_id AND m.outcome = 'missed')" : "")}
         ORDER BY s.ended_at DESC, s.call_id DESC LIMIT $3
         """,
        query, [], cancellation);

    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        store.Write(session =>
        {
            var (anonymized, deleted) = (0, 0);
            foreach (var call in CallsOf(session, userId, limit))
            {
                session.Run("DELETE FROM call_participants WHERE call_id = $1 AND user_id = $2", call.CallId, userId);
                var without = Erasure.Of(call, userId, alias);
                anonymized += session.Run(
                    """
                    UPDATE call_sessions SET caller_id = $2, ended_by = $3, call = $4
                    WHERE call_id = $1 AND EXISTS (SELECT 1 FROM call_participants p WHERE p.call_id = $1)
                    """,
                    call.CallId, without.Caller.Id, without.EndedBy, HistoryRecord.Json(without));
                deleted += session.Run(
                    "DELETE FROM call_sessions WHERE call_id = $1 AND NOT EXISTS (SELECT 1 FROM call_participants p WHERE p.call_id = $1)",
                    call.CallId);
            }

            return new HistoryErasure { Anonymized = anonymized, Deleted = deleted };
        });

    private static List<Call> CallsOf(SqliteSession session, string userId, int limit)
    {
        using var reader = session.Prepared(
            "SELECT s.call FROM call_participants p JOIN call_sessions s ON s.call_id = p.call_id WHERE p.user_id = $1 LIMIT $2",
            userId, limit).ExecuteReader();
        List<Call> calls = [];
        while (reader.Read())
            calls.Add(HistoryRecord.Call(reader.GetFieldValue<byte[]>(0)));
        return calls;
    }

    private Task<HistoryPage> Page(string sql, HistoryQuery query, object[] more, CancellationToken cancellation)
    {
        var limit = HistoryRecord.Limit(query);
        var from = HistoryCursor.Parse(query.Before);
        return store.ReadAside(
            session =>
            {
                using var reader = session.Prepared(sql, [from.EndedAt, from.CallId, limit + 1, .. more]).ExecuteReader();
                return HistoryRecord.Page(Rows(reader), limit);
            },
            cancellation);
    }

    private static List<(PastCall Item, HistoryCursor At)> Rows(SqliteDataReader reader)
    {
        List<(PastCall, HistoryCursor)> rows = [];
        while (reader.Read())
        {
            rows.Add((HistoryRecord.Read(reader.GetFieldValue<byte[]>(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(4) ? null : reader.GetString(4)),
                new HistoryCursor(reader.GetInt64(2), reader.GetString(3))));
        }

        return rows;
    }
}
