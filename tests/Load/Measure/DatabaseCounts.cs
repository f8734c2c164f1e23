using Microsoft.Data.Sqlite;

namespace OrleansCalls.Load.Measure;

/// <summary>What a target's database has been asked to do so far.</summary>
internal sealed record DatabaseCounts
{
    private const int MostStatements = 12, StatementLength = 90;

    private static readonly string[] Resets =
        ["SET SESSION AUTHORIZATION", "DISCARD", "UNLISTEN", "RESET ALL", "CLOSE ALL", "SELECT pg_advisory_unlock_all"];

    /// <summary>Writes of the rows of one run's calls. Rows carry a version that each write raises.</summary>
    private double CallRows { get; init; }

    /// <summary>Writes of users' rows.</summary>
    private double UserRows { get; init; }

    /// <summary>Rows written to history, open calls and reminders.</summary>
    private double OtherRows { get; init; }

    private double Transactions { get; init; }

    private double Bytes { get; init; }

    /// <summary>How often each statement was run; null where nobody counts.</summary>
    private IReadOnlyDictionary<string, double>? Statements { get; init; }

    /// <summary>Counts for a target; <paramref name="prefix"/> begins the ids of the calls whose rows are looked at.</summary>
    public static DatabaseCounts Of(Target target, string prefix) =>
        target.Postgres is { } postgres ? OfPostgres(postgres, prefix) : OfSqlite(target, prefix);

    /// <summary>What each of so many calls has cost since.</summary>
    public IEnumerable<(string Metric, string Unit, double Value)> Since(DatabaseCounts before, long calls, bool statements)
    {
        yield return (Writes.CallRow, "per call", (CallRows - before.CallRows) / calls);
        yield return ("writes of users' rows", "per call", (UserRows - before.UserRows) / calls);
        yield return ("rows of history, open calls and reminders", "per call", (OtherRows - before.OtherRows) / calls);
        yield return ("transactions", "per call", (Transactions - before.Transactions) / calls);
        yield return (Writes.LogBytes, "per call", (Bytes - before.Bytes) / calls);
        if (Statements is null || before.Statements is null)
            yield break;
        var run = Statements.ToDictionary(s => s.Key, s => (s.Value - before.Statements.GetValueOrDefault(s.Key)) / calls);
        var resets = run.Where(s => Resets.Any(word => s.Key.StartsWith(word, StringComparison.Ordinal))).Select(s => s.Key).ToList();
        yield return ("statements that reset a connection", "per call", resets.Sum(text => run[text]));
        // Npgsql sends those together with what comes next.
        resets.ForEach(text => run.Remove(text));
        yield return (Writes.RoundTrips, "per call", run.Values.Sum());
        foreach (var (text, count) in run.Where(s => statements && s.Value >= 0.2).OrderByDescending(s => s.Value).Take(MostStatements))
            yield return ($"statement {Shortened(text)}", "per call", count);
    }

    private static DatabaseCounts OfPostgres(PostgresServer postgres, string prefix)
    {
        var counts = postgres.Count();
        return new DatabaseCounts
        {
            CallRows = postgres.Ask(
                $"SELECT coalesce(sum(version), 0)::float8 FROM calls WHERE call_id LIKE '{prefix}%'"),
            UserRows = postgres.Ask(
                "SELECT coalesce(sum(version), 0)::float8 FROM orleansstorage WHERE grainidextensionstring LIKE 'id:user-%'"),
            OtherRows = counts.RowsWritten.Where(table => IsOther(table.Key)).Sum(table => table.Value),
            Transactions = counts.Commits,
            Bytes = counts.WalBytes,
            Statements = counts.Statements.Count == 0 ? null : counts.Statements,
        };
    }

    private static DatabaseCounts OfSqlite(Target target, string prefix)
    {
        var source = new SqliteConnectionStringBuilder { DataSource = target.SqliteFile, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        return new DatabaseCounts
        {
            CallRows = Ask(
                connection, $"SELECT coalesce(sum(version), 0) FROM grain_state WHERE storage = 'calls' AND grain LIKE '%{prefix}%'"),
            UserRows = Ask(connection, "SELECT coalesce(sum(version), 0) FROM grain_state WHERE storage = 'users'"),
            OtherRows = Ask(connection, "SELECT (SELECT count(*) FROM call_sessions) + (SELECT count(*) FROM call_participants)"),
            Transactions = SqliteTransactions(target.SqliteFile!),
            Bytes = Processes.BytesWritten(target.Parts[0].Pid),
        };
    }

    private static string Shortened(string statement)
    {
        var words = string.Join(' ', statement.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return words.Length <= StatementLength ? words : words[..StatementLength];
    }

    private static bool IsOther(string table) =>
        table.StartsWith("call_", StringComparison.Ordinal) || table is "open_calls" or "orleansreminderstable";

    private static double Ask(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The only part that is not a constant is made by this program.
        command.CommandText = query;
#pragma warning restore CA2100
        return Convert.ToDouble(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>The index of SQLite's log counts transactions, in its third word.</summary>
    private static double SqliteTransactions(string file)
    {
        using var index = new FileStream(file + "-shm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> words = stackalloc byte[12];
        index.ReadExactly(words);
        return BitConverter.ToUInt32(words[8..]);
    }
}
