using System.Data;
using System.Globalization;
using System.Text;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Grain state in the rows, and with the statements, of the official provider. A key that looks like a number is stored as the
/// text it is, where the official provider stores the number; the silo here never lets one look so.
/// </summary>
internal sealed class AdoNetGrainStorage(AdoNetGrainStorageOptions options, string serviceId) : IGrainStorage
{
    private readonly OrleansQueries _queries = new(options.Invariant, options.ConnectionString);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var rows = await _queries.Read(
            "ReadFromStorageKey",
            row => (Payload: row["PayloadBinary"] as byte[], Version: (int)row["Version"]),
            Identity(stateName, grainId));
        var (payload, version) = rows.SingleOrDefault();
        grainState.State = payload is null ? Activator.CreateInstance<T>() : options.GrainStorageSerializer.Deserialize<T>(new BinaryData(payload))!;
        grainState.ETag = rows.Count == 0 ? null! : version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = payload is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = options.GrainStorageSerializer.Serialize(grainState.State).ToArray();
        var version = await Change("WriteToStorageKey", stateName, grainId, grainState.ETag, ("PayloadBinary", DbType.Binary, payload));
        grainState.ETag = version;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Change("DeleteStorageKey", stateName, grainId, grainState.ETag);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }

    private async Task<string> Change(
        string key, string stateName, GrainId grainId, string? etag, params (string Name, DbType Type, object? Value)[] more)
    {
        int? read = string.IsNullOrWhiteSpace(etag) ? null : int.Parse(etag, CultureInfo.InvariantCulture);
        var rows = await _queries.Read(
            key, row => row["NewGrainStateVersion"] as int?, [.. Identity(stateName, grainId), ("GrainStateVersion", DbType.Int32, read), .. more]);
        // No version, or the one that was read: nothing was written.
        return rows.SingleOrDefault() is { } version && version != read
            ? version.ToString(CultureInfo.InvariantCulture)
            : throw new InconsistentStateException($"Version conflict ({key}): {stateName} of {grainId} with etag {etag ?? "none"}.");
    }

    private (string Name, DbType Type, object? Value)[] Identity(string stateName, GrainId grainId)
    {
        var key = grainId.Key.ToString()!;
        var keyBytes = Encoding.UTF8.GetBytes(key);
        Array.Reverse(keyBytes); // the official provider hashes keys in the other byte order
        return
        [
            ("GrainIdHash", DbType.Int32, (int)XxHash32.Of(keyBytes)),
            ("GrainIdN0", DbType.Int64, 0L),
            ("GrainIdN1", DbType.Int64, 0L),
            ("GrainTypeHash", DbType.Int32, (int)XxHash32.Of(Encoding.UTF8.GetBytes(stateName))),
            ("GrainTypeString", DbType.String, stateName),
            ("GrainIdExtensionString", DbType.String, key),
            ("ServiceId", DbType.String, serviceId),
        ];
    }
}
