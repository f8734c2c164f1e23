using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>The connection string as it is used.</summary>
internal static class PostgresConnection
{
    /// <summary>What Orleans' ADO.NET providers call Npgsql.</summary>
    internal const string Invariant = "Npgsql";

    private static readonly (string[] Names, string Value)[] Defaults =
    [
        // The providers never prepare: without this each statement is parsed and planned anew.
        (["Max Auto Prepare", "MaxAutoPrepare"], "32"),
        // Waiting for a connection is cheap. A thousand activations opening one each is not, least of all for the server.
        (["Maximum Pool Size", "MaxPoolSize", "MaximumPoolSize"], "32"),
        // Npgsql's own 15 s and 30 s are longer than anybody waits for a phone to ring: better
        // refused in time than answered late.
        (["Timeout"], "5"),
        (["Command Timeout", "CommandTimeout"], "8"),
        // Nothing of ours leaves anything behind in a session; resetting one costs seven statements each time.
        (["No Reset On Close", "NoResetOnClose"], "true"),
        (["Application Name", "ApplicationName"], "orleans-calls"),
    ];

    /// <summary>Adds what is not given. The sentence in the exception never repeats the text: it may hold a password.</summary>
    /// <exception cref="SettingException">It is no connection string.</exception>
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
    /// For a connection that is held for good and used now and then: whatever lies between may have forgotten it, and the next
    /// request should not be the one to find out.
    /// </summary>
    internal static string ForLane(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        if (builder.KeepAlive == 0)
            builder.KeepAlive = 30;
        return builder.ConnectionString;
    }

    /// <summary>For a start that does not wait longer than so many seconds, one at least.</summary>
    internal static string WithTimeout(string connectionString, int seconds)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // Npgsql's 0 is for ever.
        builder.Timeout = Math.Max(1, builder.Timeout == 0 ? seconds : Math.Min(builder.Timeout, seconds));
        return builder.ConnectionString;
    }

    /// <summary>Where it leads, without who and how.</summary>
    internal static string Describe(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(
            CultureInfo.InvariantCulture, $"PostgreSQL, {builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}");
    }
}
