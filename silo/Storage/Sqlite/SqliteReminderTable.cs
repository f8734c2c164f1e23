using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>Reminders in SQLite.</summary>
internal sealed class SqliteReminderTable(SqliteStore store) : IReminderTable
{
    private const string Columns = "SELECT grain, name, start, period, version FROM reminders ";

    public Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var grain = grainId.ToString();
        return Task.FromResult(store.Read(session => Table(session.Prepared(Columns + "WHERE grain = $1", grain))));
    }

    /// <summary>
    /// Reads the part of the ring after <paramref name="begin"/>, up to and including <paramref name="end"/>. It may wrap around
    /// zero; equal bounds are the whole ring.
    /// </summary>
    public Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var part = begin < end ? "WHERE hash > $1 AND hash <= $2" : "WHERE hash > $1 OR hash <= $2";
        return store.ReadAside(session => Table(session.Prepared(Columns + part, (long)begin, (long)end)));
    }

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var grain = grainId.ToString();
        return Task.FromResult(store.Read(session =>
        {
            using var reader = session.Prepared(Columns + "WHERE grain = $1 AND name = $2", grain, reminderName).ExecuteReader();
            return reader.Read() ? Entry(reader) : null;
        }));
    }

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var grain = entry.GrainId.ToString();
        long hash = entry.GrainId.GetUniformHashCode();
        var start = entry.StartAt.Kind == DateTimeKind.Local ? entry.StartAt.ToUniversalTime().Ticks : entry.StartAt.Ticks;
        var version = await store.Write(session =>
        {
            session.Run(
                """
                INSERT INTO reminders (grain, name, hash, start, period, version) VALUES ($1, $2, $3, $4, $5, 0)
                ON CONFLICT (grain, name) DO UPDATE SET
                    hash = excluded.hash, start = excluded.start, period = excluded.period, version = reminders.version + 1
                """,
                grain, entry.ReminderName, hash, start, entry.Period.Ticks);
            return (long)session.Prepared(
                "SELECT version FROM reminders WHERE grain = $1 AND name = $2", grain, entry.ReminderName).ExecuteScalar()!;
        });
        return Text(version);
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        var grain = grainId.ToString();
        return long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && await store.Write(session => session.Run(
                "DELETE FROM reminders WHERE grain = $1 AND name = $2 AND version = $3", grain, reminderName, version)) > 0;
    }

    public Task TestOnlyClearTable() => store.Write(session => session.Run("DELETE FROM reminders"));

    private static ReminderTableData Table(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        List<ReminderEntry> entries = [];
        while (reader.Read())
            entries.Add(Entry(reader));
        return new ReminderTableData(entries);
    }

    private static ReminderEntry Entry(SqliteDataReader reader) => new()
    {
        GrainId = GrainId.Parse(reader.GetString(0)),
        ReminderName = reader.GetString(1),
        StartAt = new DateTime(reader.GetInt64(2), DateTimeKind.Utc),
        Period = new TimeSpan(reader.GetInt64(3)),
        ETag = Text(reader.GetInt64(4)),
    };

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
