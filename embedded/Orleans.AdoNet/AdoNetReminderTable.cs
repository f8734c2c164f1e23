using System.Data;
using System.Globalization;
using Orleans.Configuration;
using Orleans.Storage;

namespace Orleans.Runtime.ReminderService;

/// <summary>Reminders in the rows, and with the statements, of the official provider.</summary>
internal sealed class AdoNetReminderTable(AdoNetReminderTableOptions options, string serviceId) : IReminderTable
{
    private readonly OrleansQueries _queries = new(options.Invariant, options.ConnectionString);

    private (string, DbType, object?) Service => ("ServiceId", DbType.String, serviceId);

    public async Task<ReminderTableData> ReadRows(GrainId grainId) =>
        new(await _queries.Read("ReadReminderRowsKey", Entry, Service, Grain(grainId)));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => new(await _queries.Read(
        // Signed on both sides, as the column is: the ring is the same, only its zero lies elsewhere.
        (int)begin < (int)end ? "ReadRangeRows1Key" : "ReadRangeRows2Key",
        Entry, Service, ("BeginHash", DbType.Int32, (int)begin), ("EndHash", DbType.Int32, (int)end)));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        (await _queries.Read("ReadReminderRowKey", Entry, Service, Grain(grainId), Name(reminderName))).FirstOrDefault();

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var start = entry.StartAt.Kind == DateTimeKind.Local ? entry.StartAt.ToUniversalTime() : DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc);
        var versions = await _queries.Read(
            "UpsertReminderRowKey", Version, Service, Grain(entry.GrainId), Name(entry.ReminderName), ("StartTime", DbType.DateTime, start),
            ("Period", DbType.Int64, (long)entry.Period.TotalMilliseconds), ("GrainHash", DbType.Int32, (int)entry.GrainId.GetUniformHashCode()));
        return versions[0];
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        var version = int.Parse(eTag, CultureInfo.InvariantCulture);
        var gone = await _queries.Read(
            "DeleteReminderRowKey", row => Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture),
            Service, Grain(grainId), Name(reminderName), ("Version", DbType.Int32, version));
        return gone[0] > 0;
    }

    public Task TestOnlyClearTable() => _queries.Read("DeleteReminderRowsKey", _ => 0, Service);

    private static (string, DbType, object?) Grain(GrainId grainId) => ("GrainId", DbType.String, grainId.ToString());

    private static (string, DbType, object?) Name(string reminderName) => ("ReminderName", DbType.String, reminderName);

    private static string Version(IDataRecord row) => ((int)row["Version"]).ToString(CultureInfo.InvariantCulture);

    private static ReminderEntry Entry(IDataRecord row) => new()
    {
        GrainId = GrainId.Parse((string)row["GrainId"]),
        ReminderName = (string)row["ReminderName"],
        StartAt = (DateTime)row["StartTime"],
        Period = TimeSpan.FromMilliseconds((long)row["Period"]),
        ETag = Version(row),
    };
}
