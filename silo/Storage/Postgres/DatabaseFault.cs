using System.Data.Common;
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
            throw new OrleansException($"The database is away: {StorageFault.Words(exception.GetBaseException())}.");
        }
    }

    private static bool IsOfDriver(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is DbException)
                return true;
        return false;
    }

#if !EMBEDDED_ORLEANS
    /// <summary>The same for what grains ask of the database by themselves, such as history and reminders.</summary>
    internal sealed class Filter : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => Translated(context.Invoke());
    }
#endif
}
