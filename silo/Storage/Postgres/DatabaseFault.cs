using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using Orleans.Storage;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Translates the driver's exceptions. A gateway in another process cannot deserialize them, and Orleans would report an
/// unavailable database as a defect.
/// </summary>
internal static class DatabaseFault
{
    /// <summary>Awaits <paramref name="work"/> and translates the driver's exceptions to Orleans'.</summary>
    /// <exception cref="OrleansException">The database is unavailable, or rejected the request.</exception>
    public static async Task Translated(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception exception) when (exception is not InconsistentStateException && IsOfDriver(exception))
        {
            throw Away(exception);
        }
    }

    /// <inheritdoc cref="Translated(Task)"/>
    public static async Task<T> Translated<T>(Task<T> work)
    {
        await Translated((Task)work);
        return await work;
    }

    /// <summary>
    /// Returns true if the database is unavailable, as opposed to rejecting this request: then the next write would fail too.
    /// </summary>
    internal static bool IsOutage(Exception exception) => exception switch
    {
        // Connection failures, no resources, shutdown, disk errors; and a server that was demoted to a replica.
        PostgresException { SqlState: var state } =>
            state[..2] is "08" or "53" or "57" or "58" || state == PostgresErrorCodes.ReadOnlySqlTransaction,
        StorageUnavailableException or NpgsqlException or TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>Returns the exception for one pending request: an instance of its own, since each is thrown elsewhere.</summary>
    internal static OrleansException Of(Exception exception) => exception switch
    {
        StorageUnavailableException => new StorageUnavailableException(exception.Message),
        _ when IsOutage(exception) => Away(exception),
        _ => new OrleansException($"The database does not take this: {StorageFault.Words(exception.GetBaseException())}."),
    };

    internal static StorageUnavailableException Away(Exception exception) =>
        new($"The database is away: {StorageFault.Words(exception.GetBaseException())}.");

    private static bool IsOfDriver(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is DbException)
                return true;
        return false;
    }

    /// <summary>Translates the exceptions of requests that grains make directly, such as history and reminders.</summary>
    internal sealed class Filter : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => Translated(context.Invoke());
    }
}
