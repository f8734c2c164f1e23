using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// The database: rows with versions that outlive silos. A write may be lost, fail although it landed, be slow and land after its
/// writer has died, or find that somebody else was faster. The oracle sees each row as it lands.
/// </summary>
internal sealed class SimStorage(World world) : IGrainStorage
{
    private readonly GrainStateSerializer _serializer = new();
    private readonly Dictionary<GrainId, (int Version, BinaryData Bytes)> _rows = [];
    private readonly List<GrainId> _writing = [];

    /// <summary>All rows of calls, as they are now, in the order in which they came to be.</summary>
    public Dictionary<string, CallState> Calls { get; } = [];

    public Dictionary<string, StoredUser> Users { get; } = [];

    /// <summary>Grains with a write under way: the best moment for a crash.</summary>
    public IReadOnlyList<GrainId> Writing => _writing;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (world.Hits(world.Weather.ReadFails, "read_fails"))
            throw new IOException("The table is away.");
        var found = _rows.TryGetValue(grainId, out var row);
        grainState.State = found ? _serializer.Deserialize<T>(row.Bytes) : Activator.CreateInstance<T>();
        grainState.ETag = found ? $"{row.Version}" : null;
        grainState.RecordExists = found;
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Fails(world.Weather.WriteLost, "write_lost", grainId))
            throw new IOException("The table is away.");
        if (Fails(world.Weather.WriteConflict, "write_conflict", grainId))
            throw new InconsistentStateException("Written by another activation.", "?", grainState.ETag);

        // Bytes and version are what the writer sent, whatever becomes of it while they are under way.
        var state = grainState.State!;
        var bytes = _serializer.Serialize(state);
        var known = grainState.ETag;
        if (world.Hits(world.Weather.WriteSlow, "write_slow"))
        {
            var landed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _writing.Add(grainId);
            world.After(world.Between(0.001, 1.5), () =>
            {
                _writing.Remove(grainId);
                try
                {
                    Land(grainId, state, bytes, known);
                    landed.SetResult();
                }
                catch (InconsistentStateException conflict)
                {
                    landed.SetException(conflict);
                }
            });
            await landed.Task;
        }
        else
        {
            Land(grainId, state, bytes, known);
        }

        if (Fails(world.Weather.WriteLanded, "write_landed_but_failed", grainId))
            throw new TimeoutException("The table did not answer.");
        grainState.ETag = $"{int.Parse(known ?? "0", null) + 1}";
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _rows.ContainsKey(grainId)
            ? throw new InconsistentStateException("Only what is not there is cleared.")
            : Task.CompletedTask;

    private bool Fails(double share, string fault, GrainId grainId)
    {
        if (!world.Hits(share, fault))
            return false;
        world.Oracle.GivenUp(grainId);
        return true;
    }

    private void Land<T>(GrainId grainId, T state, BinaryData bytes, string? known)
    {
        var stored = _rows.TryGetValue(grainId, out var row) ? row.Version : 0;
        if ((known ?? "0") != $"{stored}")
            throw new InconsistentStateException("Written by another activation.", $"{stored}", known);
        _rows[grainId] = (stored + 1, bytes);
        if (state is StoredCall { Call: { } call } owed)
        {
            world.OpenCalls.Set(call.CallId, owed.WakeAt);
            world.Note(
                $"row {call.CallId} {call.Phase} seq {call.Seq} [{string.Join(' ', call.Legs.Select(l => $"{l.UserId}:{l.Phase}"))}]");
            var before = Calls.GetValueOrDefault(call.CallId);
            Calls[call.CallId] = call;
            world.Oracle.CallWritten(before, call);
            if (owed.Session is { } session)
                world.History.Add(session);
        }
        else if (state is StoredUser user)
        {
            var userId = grainId.Key.ToString()!;
            var before = Users.GetValueOrDefault(userId);
            Users[userId] = user;
            world.Oracle.UserWritten(userId, before, user);
        }
    }
}
