using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Npgsql;
using Orleans.Runtime.Messaging;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>Exceptions that mean that something is away, not that something is wrong.</summary>
internal static class OutageFault
{
    // Busy, locked, read-only, input or output failed, full, cannot be opened: https://sqlite.org/rescode.html.
    private static readonly int[] SqliteCodes = [5, 6, 8, 10, 13, 14];

    /// <summary>The one of the exception and its causes that tells of an outage; null when none does.</summary>
    internal static Exception? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (IsOne(exception))
                return exception;
        return null;
    }

    private static bool IsOne(Exception exception) => exception switch
    {
        SqliteException sqlite => SqliteCodes.Contains(sqlite.SqliteErrorCode),
        NpgsqlException => DatabaseFault.IsOutage(exception),
        StorageUnavailableException => true,
        // A silo, a gateway, or an answer of one of them.
        SiloUnavailableException or OrleansMessageRejectionException or ClientNotAvailableException or ConnectionFailedException => true,
        ConnectionResetException or SocketException or TimeoutException => true,
        _ => false,
    };
}
