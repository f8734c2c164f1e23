using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Reads Orleans' membership table before, or without, being a member of the cluster.</summary>
internal static class MembershipTable
{
    /// <summary>Returns the first row; null when there is none, or the database does not respond, which is logged.</summary>
    internal static async Task<T?> First<T>(
        string connectionString, string query, object[] values, Func<NpgsqlDataReader, T> read, ILogger logger,
        CancellationToken cancellation)
        where T : class
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(query, connection);
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return await reader.ReadAsync(cancellation) ? read(reader) : null;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            logger.ClusterLookFailed(exception.Message.ReplaceLineEndings(" "));
            return null;
        }
    }
}
