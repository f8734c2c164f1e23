using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Npgsql;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Silo.Storage.Postgres;
using OrleansCalls.Silo.Storage.Sqlite;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Storage;

/// <summary>
/// How the databases find what is asked for among 200,000 calls: by their indexes, with plans that were made for any values.
/// Times are printed, for people; what they are says more of the machine.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class PlanTests(PostgresServer server, ITestOutputHelper output)
{
    private const int Calls = 200_000;
    private const string Types = "timestamptz, text, timestamptz, text, text, text";
    private const string Values = "'2200-01-01', '', '2020-01-01', 'bot', 'c1999', 'c1999~'";

    private static readonly (string Name, CallSearch Search)[] Searches =
    [
        ("everything", new CallSearch()),
        ("a user", new CallSearch { UserId = "bot" }),
        ("a common reason", new CallSearch { Reason = EndReason.NoAnswer }),
        ("a seldom reason", new CallSearch { Reason = EndReason.Busy }),
        ("a fault", new CallSearch { Reason = EndReason.Failed }),
        ("a user and a reason", new CallSearch { UserId = "bot", Reason = EndReason.Failed }),
        ("a user and a prefix", new CallSearch { UserId = "bot", Prefix = "c1999" }),
    ];

    [Need(Need.Postgres)]
    public async Task Postgres_GenericPlans_ReadNoTableFromEndToEnd()
    {
        var database = await server.CreateDatabase();
        await using var rig = Rig.Create(new() { ["ConnectionStrings:Postgres"] = database });
        await rig.Start();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await Fill(connection,
            """
            INSERT INTO call_sessions (call_id, caller_id, media, created_at, ended_at, end_reason, call, timeline)
            SELECT 'c' || i, 'user' || i % 5000, 'audio', now() - i * interval '10 s', now() - i * interval '10 s', {reason},
                replace('{call}', '@', 'c' || i)::json, '{"at":1,"ids":[],"lines":[]}'
            FROM generate_series(0, {calls} - 1) AS i;
            INSERT INTO call_participants (user_id, ended_at, call_id, is_caller, outcome) SELECT caller_id, ended_at, call_id, true, 'unanswered' FROM call_sessions;
            INSERT INTO call_participants (user_id, ended_at, call_id, is_caller, outcome) SELECT
                CASE WHEN i % 4 = 0 THEN 'bot' ELSE 'user' || (i + 7) % 5000 END, ended_at, call_id, false, CASE WHEN i % 3 = 0 THEN 'missed' ELSE 'answered' END
            FROM call_sessions, substr(call_id, 2) AS n, CAST(n AS integer) AS i;
            INSERT INTO calls SELECT 'c' || i, 2, now() - i * interval '1 s', now() - i * interval '1 s', repeat('x', 1000)::bytea
            FROM generate_series(0, {calls} - 1) AS i;
            INSERT INTO open_calls SELECT call_id, now() FROM calls WHERE created_at > now() - interval '20000 s';
            ANALYZE;
            SET plan_cache_mode = force_generic_plan;
            """);

        foreach (var (name, search) in Searches)
        {
            await Explain(name, FindSql.ByTime(search, 50), Types, Values);
            await Explain(name + ", the last row", FindSql.LastByTime(search), Types, Values);
        }

        await Explain("users with a prefix", FindSql.Users, Types, Values);
        await Explain("how many calls have a prefix", FindSql.CountCalls, Types, Values);
        await Explain("calls with a prefix", FindSql.ByCallId(null, 50), Types, Values);
        await Explain("calls with a prefix and a reason", FindSql.ByCallId(EndReason.Failed, 50), Types, Values);
        foreach (var missed in new[] { false, true })
        {
            await Explain(missed ? "a user's missed calls" : "a user's calls", FindSql.UserPage(missed, 50),
                "timestamptz, text, text", "'2200-01-01', '', 'bot'");
        }

        await Explain("the newest open calls", PostgresOpenCalls.NewestSql(1000), "text", "''");
        await Walk(rig);

        async Task Explain(string name, string sql, string types, string values)
        {
            await Run(connection, $"PREPARE statement ({types}) AS {sql}");
            var plan = await Lines(connection, $"EXPLAIN (ANALYZE) EXECUTE statement ({values})");
            await Run(connection, "DEALLOCATE statement");
            output.WriteLine($"{plan[^1]}: {name}");
            Assert.True(
                plan.All(line => !line.Contains("Seq Scan", StringComparison.Ordinal)),
                $"{name}\n{sql}\n{string.Join('\n', plan)}");
        }
    }

    [Fact]
    public async Task Sqlite_Plans_SearchByIndexes()
    {
        await using var rig = await Rig.Start(StoreKind.Sqlite, server);
        await using var connection = rig.Outside();
        await Fill(connection,
            """
            CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {calls} - 1) SELECT i FROM n;
            BEGIN;
            INSERT INTO call_sessions (call_id, caller_id, media, created_at, ended_at, end_reason, call)
            SELECT 'c' || i, 'user' || i % 5000, 'audio', 0, 1000 * (strftime('%s') - 10 * i), {reason}, CAST(replace('{call}', '@', 'c' || i) AS BLOB) FROM n;
            INSERT INTO call_participants (user_id, ended_at, call_id, is_caller, outcome) SELECT caller_id, ended_at, call_id, 1, 'unanswered' FROM call_sessions;
            INSERT INTO call_participants (user_id, ended_at, call_id, is_caller, outcome)
            SELECT CASE WHEN i % 4 = 0 THEN 'bot' ELSE 'user' || (i + 7) % 5000 END, 1000 * (strftime('%s') - 10 * i), 'c' || i, 0,
                CASE WHEN i % 3 = 0 THEN 'missed' ELSE 'answered' END FROM n;
            COMMIT;
            """);
        foreach (var (name, search) in Searches)
        {
            await Explain(name, FindSql.ByTime(search, 50));
            await Explain(name + ", the last row", FindSql.LastByTime(search));
        }

        await Explain("users with a prefix", FindSql.Users);
        await Explain("how many calls have a prefix", FindSql.CountCalls);
        await Explain("calls with a prefix", FindSql.ByCallId(null, 50));
        await Explain("a user's calls", FindSql.UserPage(false, 50));
        await Explain("a user's missed calls", FindSql.UserPage(true, 50));
        await Explain("the newest open calls", SqliteOpenCalls.NewestSql(1000));
        await Walk(rig);

        async Task Explain(string name, string sql)
        {
            var plan = await Lines(connection, $"EXPLAIN QUERY PLAN {sql}", column: 3);
            // The open calls are read in the order of their ids, up to a limit; the rest that is
            // scanned are results of inner queries.
            var scans = plan.Where(line => line.StartsWith("SCAN ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);
            Assert.True(
                !scans.Intersect(["call_sessions", "call_participants", "grain_state", "p", "s", "m", "g"]).Any(),
                $"{name}\n{sql}\n{string.Join('\n', plan)}");
        }
    }

    /// <summary>Ten calls among 200,000 are found page by page, each of which looks at so many rows and no more.</summary>
    private async Task Walk(Rig rig)
    {
        var search = new CallSearch { Reason = EndReason.Busy };
        var (found, pages, longest) = (0, 0, TimeSpan.Zero);
        do
        {
            var started = Stopwatch.GetTimestamp();
            var page = await rig.History.Find(search);
            longest = Stopwatch.GetElapsedTime(started) is var took && took > longest ? took : longest;
            (found, pages) = (found + page.Items.Length, pages + 1);
            search = search with { Cursor = page.Next };
        }
        while (search.Cursor is not null);
        Assert.Equal((10, Calls / FindSql.MostRows), (found, pages - 1));
        foreach (var one in new[]
        {
            new CallSearch { Prefix = "c19999" }, new CallSearch { Prefix = "bot", Reason = EndReason.Failed, Limit = 100 },
        })
        {
            var started = Stopwatch.GetTimestamp();
            var page = await rig.History.Find(one);
            Assert.Equal(one.Reason is null ? 11 : 1, page.Items.Length);
            output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms: {one}");
        }

        output.WriteLine($"{longest.TotalMilliseconds:0.0} ms: the slowest page of a seldom reason");
    }

    private static async Task Fill(DbConnection connection, string sql)
    {
        var call = Encoding.UTF8.GetString(
            HistoryRecord.Json(Samples.Session("@", Samples.Noon).Call with { ConversationId = null, Metadata = null }));
        const string reason =
            "CASE WHEN i % 20000 = 0 THEN 'failed' WHEN i % 20000 = 7 THEN 'busy' WHEN i % 3 = 0 THEN 'no_answer' ELSE 'completed' END";
        await Run(
            connection,
            sql.Replace("{calls}", $"{Calls}", StringComparison.Ordinal).Replace("{reason}", reason, StringComparison.Ordinal)
                .Replace("{call}", call.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static async Task Run(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 300);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> Lines(DbConnection connection, string sql, int column = 0)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (command is not NpgsqlCommand)
        {
            for (var i = 1; i <= 6; i++)
                command.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter($"${i}", "1"));
        }

        await using var reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(column));
        return lines;
    }
}
