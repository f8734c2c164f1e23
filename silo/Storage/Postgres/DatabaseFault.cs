using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using Orleans.Storage;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// The driver's exceptions end here. A gateway in another process has no use for them and Orleans no words: it would see a defect
/// where a database is away.
/// </summary>
internal static class DatabaseFault
{
    /// <summary>Waits for <paramref name="work"/> and says in Orleans' terms what the driver says in its own.</summary>
    /// <exception cref="OrleansException">The database is away, or refused.</exception>
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
    /// Whether the database is away or out of order, rather than unwilling to take what it was given: then the
    /// next write would fare no better.
    /// </summary>
    internal static bool IsOutage(Exception exception) => exception switch
    {
        // Lost connections, no room, shut down, broken disks; and a server that has become somebody's replica.
        PostgresException { SqlState: var state } =>
            state[..2] is "08" or "53" or "57" or "58" || state == PostgresErrorCodes.ReadOnlySqlTransaction,
        StorageUnavailableException or NpgsqlException or TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>
    /// What one of those who wait for a write is told: each an exception of its own, since each is thrown elsewhere.
    /// </summary>
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

    /// <summary>The same for what grains ask of the database by themselves, such as history and reminders.</summary>
    internal sealed class Filter : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => Translated(context.Invoke());
    }
}
