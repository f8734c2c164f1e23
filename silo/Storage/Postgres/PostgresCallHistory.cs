using System.Globalization;
using Npgsql;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>Past calls in PostgreSQL.</summary>
internal sealed class PostgresCallHistory(string connectionString) : ICallHistory
{
    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        PostgresErasure.Run(connectionString, userId, alias, limit, cancellation);

    public Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default) =>
        new CallFinder(new Reader(connectionString)).Find(search, cancellation);

    public async Task<EndedCall?> Read(string callId, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT call, timeline FROM call_sessions WHERE call_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = callId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Ended(reader) : null;
    }

    /// <summary>Reads a row of <c>call, timeline</c>.</summary>
    internal static EndedCall Ended(NpgsqlDataReader reader) => new()
    {
        Call = HistoryRecord.Call(reader.GetFieldValue<byte[]>(0)),
        Timeline = TimelineRecord.Read(reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1)),
    };

    public async Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default)
    {
        var limit = HistoryRecord.Limit(query.Limit);
        var from = HistoryCursor.Parse(query.Before);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(FindSql.UserPage(query.MissedOnly, limit), connection);
        foreach (var value in (object[])[Time(from), from.CallId, userId])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(PastCall, HistoryCursor)> rows = [];
        while (await reader.ReadAsync(cancellation))
            rows.Add(
                (HistoryRecord.Read(
                    reader.GetFieldValue<byte[]>(0), reader.GetString(3),
                    await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetString(4)), Place(reader, 1)));
        return HistoryRecord.Page(rows, limit);
    }

    private static HistoryCursor Place(NpgsqlDataReader reader, int column) =>
        new(new DateTimeOffset(reader.GetDateTime(column)).ToUnixTimeMilliseconds(), reader.GetString(column + 1));

    /// <summary>The newest cursor is later than every time; Npgsql writes the last DateTime as infinity.</summary>
    private static DateTime Time(HistoryCursor cursor) =>
        cursor == HistoryCursor.Newest ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : Time(cursor.EndedAt);

    private static DateTime Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;

    private sealed class Reader(string connectionString) : IFindReader
    {
        /// <summary>
        /// In seconds. Statements should take milliseconds; an overloaded server must not continue for a client that has given
        /// up.
        /// </summary>
        private const int Patience = 5;

        public Task<List<FoundRow>> Rows(string sql, FindValues values, CancellationToken cancellation) => Run(
            sql, values,
            reader => new FoundRow(reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0), Place(reader, 1)), cancellation);

        public Task<List<string>> Texts(string sql, FindValues values, CancellationToken cancellation) =>
            Run(sql, values, reader => Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!, cancellation);

        private async Task<List<T>> Run<T>(
            string sql, FindValues values, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = Patience };
            object[] parameters =
                [
                    Time(values.Before), values.Before.CallId, Time(values.From), values.UserId ?? "", values.Prefix ?? "",
                    values.PrefixEnd ?? "",
                ];
            foreach (var value in parameters)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            List<T> rows = [];
            while (await reader.ReadAsync(cancellation))
                rows.Add(read(reader));
            return rows;
        }
    }
}
