using Npgsql;

namespace OrleansCalls.Load.Targets;

/// <summary>What PostgreSQL has counted so far.</summary>
/// <param name="WalBytes">Bytes of write-ahead log.</param>
/// <param name="Commits">Transactions committed.</param>
/// <param name="Statements">How often each statement was run, by its text; empty without pg_stat_statements.</param>
/// <param name="RowsWritten">Rows inserted, updated or deleted, by table.</param>
internal sealed record PostgresCounts(
    double WalBytes, double Commits, IReadOnlyDictionary<string, double> Statements,
    IReadOnlyDictionary<string, double> RowsWritten);

/// <summary>A throwaway PostgreSQL on the loopback interface, with its usual durability.</summary>
internal sealed class PostgresServer : IDisposable
{
    /// <summary>How it is set up.</summary>
    public const string Words = "fsync=on, synchronous_commit=on, shared_buffers=256MB, max_wal_size=4GB; the rest as it comes";

    /// <summary>Its database, and the user who owns it; there is no password.</summary>
    public const string Database = "calls", User = "calls";

    /// <summary>A backend of a pool adds its counters to the server's when it has been idle for ten seconds.</summary>
    public static readonly TimeSpan FlushDelay = TimeSpan.FromSeconds(10.5);

    private readonly ServerProcess _server;
    private readonly string _programs;
    private readonly string _data;

    private PostgresServer(ServerProcess server, string programs, string data, int port) =>
        (_server, _programs, _data, Port) = (server, programs, data, port);

    public int Port { get; }

    public string ConnectionString => Connection(Port, Database);

    public int Pid => _server.Pid;

    private static bool IsRoot => Environment.UserName == "root";

    // The server refuses to be root.
    private static string? Account => !IsRoot ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
        ? "postgres"
        : "nobody";

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing() =>
        Programs() is null ? "no PostgreSQL server programs under /usr/lib/postgresql or on the PATH" : null;

    /// <summary>Starts one with an empty database.</summary>
    public static PostgresServer Start(string folder, string cores)
    {
        var programs = Programs()!;
        var home = Path.Combine(folder, "postgres");
        Directory.CreateDirectory(home);
        if (Account is not null)
            Run("chown", Account, home);
        var data = Path.Combine(home, "data");
        Run(
        [
            .. AsUser, Path.Combine(programs, "initdb"), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        ]);
        var port = ServerProcess.FreePort();
        List<string> command =
        [
            Path.Combine(programs, "postgres"), "-D", data, "-p", $"{port}", "-k", home, "-c", "listen_addresses=127.0.0.1",
            "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB", "-c", "max_connections=300",
        ];
        if (CountsStatements(programs))
            command.AddRange(["-c", "shared_preload_libraries=pg_stat_statements"]);
        var server = ServerProcess.Start("postgres", cores, command, new Dictionary<string, string>(), folder, Account);
        var started = new PostgresServer(server, programs, data, port);
        try
        {
            started.CreateDatabase(Connection(port, "postgres"));
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Returns the counters. Those of rows and commits lack the last <see cref="FlushDelay"/>.</summary>
    public PostgresCounts Count()
    {
        using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        connection.Open();
        return new PostgresCounts(
            Number(connection, "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8"),
            Number(connection, "SELECT xact_commit::float8 FROM pg_stat_database WHERE datname = current_database()"),
            CountsStatements(_programs)
                ? Numbers(connection, "SELECT query, sum(calls)::float8 FROM pg_stat_statements WHERE toplevel GROUP BY query")
                : [],
            Numbers(connection, "SELECT relname, (n_tup_ins + n_tup_upd + n_tup_del)::float8 FROM pg_stat_user_tables"));
    }

    /// <summary>A number that a query gives; NaN for none.</summary>
    public double Ask(string query)
    {
        using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        connection.Open();
        return Number(connection, query);
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server.IsRunning)
            Run([.. AsUser, Path.Combine(_programs, "pg_ctl"), "stop", "-D", _data, "-m", "immediate"]);
        _server.Dispose();
    }

    private static string[] AsUser => Account is null ? [] : ["setpriv", "--reuid", Account, "--regid", Account, "--init-groups"];

    private static string Connection(int port, string database) =>
        $"Host=127.0.0.1;Port={port};Username={User};Database={database}";

    private static double Number(NpgsqlConnection connection, string query)
    {
        using var command = new NpgsqlCommand(query, connection);
        return command.ExecuteScalar() is double number ? number : double.NaN;
    }

    private static Dictionary<string, double> Numbers(NpgsqlConnection connection, string query)
    {
        using var command = new NpgsqlCommand(query, connection);
        using var reader = command.ExecuteReader();
        Dictionary<string, double> numbers = [];
        while (reader.Read())
            numbers[reader.GetString(0)] = reader.GetDouble(1);
        return numbers;
    }

    private static bool CountsStatements(string programs) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(programs)!, "lib", "pg_stat_statements.so"));

    private static string? Programs()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return installed.Concat(path).FirstOrDefault(
            folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/",
        })!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {said.Result}");
    }

    private void CreateDatabase(string postgres)
    {
        _server.Await(() => Accepts(postgres), TimeSpan.FromSeconds(60));
        using (var connection = new NpgsqlConnection(postgres + ";Pooling=false"))
        {
            connection.Open();
            using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
            create.ExecuteNonQuery();
        }

        if (!CountsStatements(_programs))
            return;
        using var own = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        own.Open();
        using var count = new NpgsqlCommand("CREATE EXTENSION pg_stat_statements", own);
        count.ExecuteNonQuery();
    }

    private static bool Accepts(string connectionString)
    {
        try
        {
            using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            connection.Open();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
