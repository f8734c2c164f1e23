using Npgsql;
using NpgsqlTypes;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// A statement that reads or writes a set of rows. Its parameters are columns: arrays with one element per row.
/// </summary>
internal abstract class PostgresStatement(string sql)
{
    /// <summary>Returns the command for these requests, all of this statement's kind.</summary>
    internal NpgsqlBatchCommand Of(IEnumerable<PostgresRequest> requests)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in Columns(requests))
            command.Parameters.Add(column);
        return command;
    }

    /// <summary>Returns the statement for one kind of request.</summary>
    internal static PostgresStatement For<TRequest>(string sql, Func<TRequest[], NpgsqlParameter[]> columns)
        where TRequest : PostgresRequest => new Typed<TRequest>(sql, columns);

    internal static NpgsqlParameter Texts(IEnumerable<string?> values) => Column(NpgsqlDbType.Text, values);

    internal static NpgsqlParameter Column<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() };

    private protected abstract NpgsqlParameter[] Columns(IEnumerable<PostgresRequest> requests);

    private sealed class Typed<TRequest>(string sql, Func<TRequest[], NpgsqlParameter[]> columns) : PostgresStatement(sql)
        where TRequest : PostgresRequest
    {
        private protected override NpgsqlParameter[] Columns(IEnumerable<PostgresRequest> requests) =>
            columns([.. requests.Cast<TRequest>()]);
    }
}
