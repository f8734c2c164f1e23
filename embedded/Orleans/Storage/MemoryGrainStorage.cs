using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps states in memory, as bytes, so that nothing is shared with a living grain.</summary>
public sealed class MemoryGrainStorage(IGrainStorageSerializer? serializer = null) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (long Version, BinaryData Bytes)> _rows = new();

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_rows.TryGetValue((stateName, grainId), out var row))
        {
            grainState.State = serializer is null ? row.Bytes.ToObjectFromJson<T>() : serializer.Deserialize<T>(row.Bytes);
            grainState.ETag = row.Version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var bytes = serializer?.Serialize(grainState.State) ?? new BinaryData(JsonSerializer.SerializeToUtf8Bytes(grainState.State));
        lock (_rows)
        {
            var version = Expect(stateName, grainId, grainState) + 1;
            _rows[(stateName, grainId)] = (version, bytes);
            grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_rows)
        {
            Expect(stateName, grainId, grainState);
            _rows.TryRemove((stateName, grainId), out _);
            grainState.ETag = null;
            grainState.RecordExists = false;
            grainState.State = Activator.CreateInstance<T>();
        }

        return Task.CompletedTask;
    }

    private long Expect<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = _rows.TryGetValue((stateName, grainId), out var row) ? row.Version : 0;
        var known = grainState.ETag is null ? 0 : long.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        return stored == known
            ? stored
            : throw new InconsistentStateException($"{grainId} was written by another activation.", $"{stored}", grainState.ETag);
    }
}
