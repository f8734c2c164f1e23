using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Npgsql;
using Orleans.Runtime.Messaging;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>Classifies exceptions that mean that a component is unavailable rather than faulty.</summary>
internal static class OutageFault
{
    // Busy, locked, read-only, I/O error, full, cannot open: https://sqlite.org/rescode.html.
    private static readonly int[] SqliteCodes = [5, 6, 8, 10, 13, 14];

    /// <summary>Returns the exception, or inner exception, that indicates an outage; null when none does.</summary>
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
        // A silo, a gateway, or a reply of one of them.
        SiloUnavailableException or OrleansMessageRejectionException or ClientNotAvailableException
            or ConnectionFailedException => true,
        ConnectionResetException or SocketException or TimeoutException => true,
        _ => false,
    };
}
