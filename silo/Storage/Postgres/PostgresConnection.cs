using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>The connection string with the service's defaults.</summary>
internal static class PostgresConnection
{
    /// <summary>The invariant name of Npgsql in Orleans' ADO.NET providers.</summary>
    internal const string Invariant = "Npgsql";

    private static readonly (string[] Names, string Value)[] Defaults =
    [
        // The providers never prepare statements; without this each one is parsed and planned again.
        (["Max Auto Prepare", "MaxAutoPrepare"], "32"),
        // Waiting for a connection is cheap, whereas a thousand activations that each open one overload the server.
        (["Maximum Pool Size", "MaxPoolSize", "MaximumPoolSize"], "32"),
        // Npgsql's defaults of 15 s and 30 s exceed a ring's useful time: an early error is better than a late response.
        (["Timeout"], "5"),
        (["Command Timeout", "CommandTimeout"], "8"),
        // This service leaves no session state, and a reset costs seven statements each time.
        (["No Reset On Close", "NoResetOnClose"], "true"),
        (["Application Name", "ApplicationName"], "orleans-calls"),
    ];

    /// <summary>
    /// Adds the defaults for missing options. The exception's message never contains the text, which may hold a password.
    /// </summary>
    /// <exception cref="SettingException">The connection string is malformed.</exception>
    internal static string WithDefaults(string text)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrWhiteSpace(builder.Host))
                throw new SettingException("ConnectionStrings__Postgres names no Host.");
            var given = new DbConnectionStringBuilder { ConnectionString = text };
            foreach (var (names, value) in Defaults)
                if (!names.Any(given.ContainsKey))
                    builder[names[0]] = value;
            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            throw new SettingException(
                "ConnectionStrings__Postgres is no connection string like 'Host=db;Database=calls;Username=calls;Password=...'.");
        }
    }

    /// <summary>
    /// Adds keep-alives for a permanent, mostly idle connection. A firewall may have dropped it, which must be detected before
    /// the next request.
    /// </summary>
    internal static string ForLane(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        if (builder.KeepAlive == 0)
            builder.KeepAlive = 30;
        return builder.ConnectionString;
    }

    /// <summary>Limits the wait for the server at start to this many seconds, at least one.</summary>
    internal static string WithTimeout(string connectionString, int seconds)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // 0 is Npgsql's infinite timeout.
        builder.Timeout = Math.Max(1, builder.Timeout == 0 ? seconds : Math.Min(builder.Timeout, seconds));
        return builder.ConnectionString;
    }

    /// <summary>Returns server and database, without user and options.</summary>
    internal static string Describe(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(
            CultureInfo.InvariantCulture, $"PostgreSQL, {builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}");
    }
}
