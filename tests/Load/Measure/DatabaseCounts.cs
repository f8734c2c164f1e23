using Microsoft.Data.Sqlite;

namespace OrleansCalls.Load.Measure;

/// <summary>What a target's database has been asked to do so far.</summary>
internal sealed record DatabaseCounts
{
    private const int MostStatements = 12, StatementLength = 90;

    private static readonly string[] Resets =
        ["SET SESSION AUTHORIZATION", "DISCARD", "UNLISTEN", "RESET ALL", "CLOSE ALL", "SELECT pg_advisory_unlock_all"];

    private static readonly string[] Brackets = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];

    // The statements of this tool, and of the cluster's membership.
    private static readonly string[] OfNoCall = ["pg_stat_", "pg_current_wal", "orleansmembership"];

    /// <summary>Writes of calls' rows; of SQLite those of one run only: rows carry a version that each write raises.</summary>
    private double CallRows { get; init; }

    /// <summary>Writes of users' rows.</summary>
    private double UserRows { get; init; }

    /// <summary>Rows written to history, open calls and reminders.</summary>
    private double OtherRows { get; init; }

    private double Transactions { get; init; }

    private double Bytes { get; init; }

    /// <summary>How often PostgreSQL ran each statement; null where it does not count, and for SQLite.</summary>
    private IReadOnlyDictionary<string, double>? Statements { get; init; }

    /// <summary>
    /// Counts for a target, null when it has no database; <paramref name="prefix"/> begins the ids of the run's calls.
    /// </summary>
    public static DatabaseCounts? Of(Target target, string prefix) =>
        target.Postgres is { } postgres ? OfPostgres(postgres) : target.SqliteFile is null ? null : OfSqlite(target, prefix);

    /// <summary>The cost of each of so many calls since; <paramref name="counted"/> has SQLite's statements.</summary>
    public IEnumerable<(string Metric, double Value)> Since(DatabaseCounts before, Counted counted, long calls, bool texts)
    {
        yield return (Writes.CallRow, (CallRows - before.CallRows) / calls);
        yield return ("writes of users' rows", (UserRows - before.UserRows) / calls);
        yield return ("rows of history, open calls and reminders", (OtherRows - before.OtherRows) / calls);
        yield return ("transactions", (Transactions - before.Transactions) / calls);
        yield return (Writes.LogBytes, (Bytes - before.Bytes) / calls);
        var run = Statements is null || before.Statements is null ? counted.Statements.ToDictionary()
            : Statements.Where(s => !OfNoCall.Any(word => s.Key.Contains(word, StringComparison.OrdinalIgnoreCase)))
                .ToDictionary(s => s.Key, s => s.Value - before.Statements.GetValueOrDefault(s.Key));
        if (run.Count == 0)
            yield break;
        // Npgsql sends resets together with what comes next.
        var resets = Take(run, Resets);
        if (Statements is not null)
        {
            yield return ("statements that reset a connection", resets / calls);
            yield return (Writes.RoundTrips, run.Values.Sum() / calls);
        }

        yield return ("begin, commit and the like", Take(run, Brackets) / calls);
        yield return (Writes.Statements, run.Values.Sum() / calls);
        var listed = run.GroupBy(s => Shortened(s.Key), s => s.Value).Select(g => (Text: g.Key, PerCall: g.Sum() / calls));
        var most = listed.Where(s => texts && s.PerCall >= 0.2).OrderByDescending(s => s.PerCall).Take(MostStatements);
        foreach (var (text, perCall) in most)
            yield return ($"statement {text}", perCall);
    }

    /// <summary>Removes the statements that begin with one of these words, and returns how often they were run.</summary>
    private static double Take(Dictionary<string, double> run, string[] words)
    {
        var found =
            run.Where(s => words.Any(word => s.Key.TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase))).ToList();
        found.ForEach(statement => run.Remove(statement.Key));
        return found.Sum(statement => statement.Value);
    }

    private static DatabaseCounts OfPostgres(PostgresServer postgres)
    {
        var counts = postgres.Count();
        return new DatabaseCounts
        {
            CallRows = counts.RowsWritten.GetValueOrDefault("calls"),
            UserRows = counts.RowsWritten.GetValueOrDefault("orleansstorage"),
            OtherRows = counts.RowsWritten.Where(table => IsOther(table.Key)).Sum(table => table.Value),
            Transactions = counts.Commits,
            Bytes = counts.WalBytes,
            Statements = counts.Statements.Count == 0 ? null : counts.Statements,
        };
    }

    private static DatabaseCounts OfSqlite(Target target, string prefix)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = target.SqliteFile, Mode = SqliteOpenMode.ReadWrite, Pooling = false,
        };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        return new DatabaseCounts
        {
            CallRows = Ask(
                connection,
                $"SELECT coalesce(sum(version), 0) FROM grain_state WHERE storage = 'calls' AND grain LIKE '%{prefix}%'"),
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
