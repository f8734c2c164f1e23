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
            if (isNew == 0)
                return false;
            foreach (var participant in session.Participants)
            {
                connection.Run(
                    "INSERT OR IGNORE INTO call_participants (user_id, ended_at, call_id, is_caller, outcome) VALUES ($1, $2, $3, $4, $5)",
                    participant.UserId, endedAt, call.CallId, participant.IsCaller ? 1 : 0, HistoryRecord.Outcome(participant));
            }

            return true;
        });
    }

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) => Page(
        $"""
         SELECT s.call, p.outcome, p.ended_at, p.call_id
         FROM call_participants p JOIN call_sessions s ON s.call_id = p.call_id
         WHERE p.user_id = $4 AND (p.ended_at, p.call_id) < ($1, $2) {(query.MissedOnly ? "AND p.outcome = 'missed'" : "")}
         ORDER BY p.ended_at DESC, p.call_id DESC LIMIT $3
         """,
        query, [userId], cancellation);

    public Task<HistoryPage> ForAll(HistoryQuery query, CancellationToken cancellation = default) => Page(
        $"""
         SELECT s.call, coalesce(p.outcome, 'failed'), s.ended_at, s.call_id
         FROM call_sessions s LEFT JOIN call_participants p ON p.call_id = s.call_id AND p.is_caller = 1
         WHERE (s.ended_at, s.call_id) < ($1, $2) {(query.MissedOnly
             ? "AND EXISTS (SELECT 1 FROM call_participants m WHERE m.call_id = s.call_id AND m.outcome = 'missed')" : "")}
         ORDER BY s.ended_at DESC, s.call_id DESC LIMIT $3
         """,
        query, [], cancellation);

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
            rows.Add((HistoryRecord.Read(reader.GetFieldValue<byte[]>(0), reader.GetString(1)),
                new HistoryCursor(reader.GetInt64(2), reader.GetString(3))));
        }

        return rows;
    }
}
