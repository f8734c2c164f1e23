using Npgsql;
using NpgsqlTypes;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>A statement that writes a set of rows. Its parameters are columns: arrays, as long as there are rows.</summary>
internal abstract class PostgresStatement(PostgresTable table, string sql)
{
    internal PostgresTable Table => table;

    /// <summary>The statement for these writes, all of which are its own.</summary>
    internal NpgsqlBatchCommand Of(IEnumerable<PostgresWrite> writes)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in Columns(writes))
            command.Parameters.Add(column);
        return command;
    }

    /// <summary>For writes of one kind.</summary>
    internal static PostgresStatement For<TWrite>(PostgresTable table, string sql, Func<TWrite[], NpgsqlParameter[]> columns)
        where TWrite : PostgresWrite => new Typed<TWrite>(table, sql, columns);

    internal static NpgsqlParameter Texts(IEnumerable<string?> values) => Column(NpgsqlDbType.Text, values);

    internal static NpgsqlParameter Column<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() };

    private protected abstract NpgsqlParameter[] Columns(IEnumerable<PostgresWrite> writes);

    private sealed class Typed<TWrite>(PostgresTable table, string sql, Func<TWrite[], NpgsqlParameter[]> columns) : PostgresStatement(table, sql)
        where TWrite : PostgresWrite
    {
        private protected override NpgsqlParameter[] Columns(IEnumerable<PostgresWrite> writes) => columns([.. writes.Cast<TWrite>()]);
    }
}
