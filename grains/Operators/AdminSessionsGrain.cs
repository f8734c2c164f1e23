using System.Collections.Immutable;

namespace OrleansCalls.Operators;

/// <summary>Stores the operators' sessions in one row, which is short since operators are few.</summary>
public sealed class AdminSessionsGrain(
    [PersistentState("adminsessions", "users")] IPersistentState<StoredAdminSessions> stored, TimeProvider time)
        : Grain, IAdminSessionsGrain
{
    // Closed here, perhaps not yet in the row: rejected for as long as this activation lives.
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private bool _uncertain;

    /// <inheritdoc/>
    public Task Open(AdminSession session) => Write(sessions => sessions.With(session, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<AdminSession?> Find(string hash) =>
        Task.FromResult(_ended.Contains(hash) ? null : stored.State.Find(hash, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task Close(string hash)
    {
        _ended.Add(hash);
        return Write(sessions => sessions);
    }

    private async Task Write(Func<StoredAdminSessions, StoredAdminSessions> change)
    {
        var before = stored.State;
        try
        {
            // A failed write may have landed; the row must be read before the next write.
            if (_uncertain)
            {
                await stored.ReadStateAsync();
                (before, _uncertain) = (stored.State, false);
            }

            var after = change(before).Without(_ended);
            if (after != before)
            {
                stored.State = after;
                await stored.WriteStateAsync();
            }

            _ended.Clear();
        }
        catch
        {
            (stored.State, _uncertain) = (before, true);
            throw new OrleansException("The storage of the operators' sessions is unavailable.");
        }
    }
}

/// <summary>The stored state of <see cref="AdminSessionsGrain"/>.</summary>
public sealed record StoredAdminSessions
{
    private const int Most = 100;

    /// <summary>The sessions, the last opened at the end.</summary>
    public ImmutableArray<AdminSession> Sessions { get; init; } = [];

    /// <summary>Returns the valid session.</summary>
    public AdminSession? Find(string hash, DateTimeOffset now) =>
        Sessions.FirstOrDefault(session => session.Hash == hash && session.ExpiresAt > now);

    /// <summary>
    /// Returns the state with one more session, without expired ones, and without the one that expires first when there are too
    /// many.
    /// </summary>
    public StoredAdminSessions With(AdminSession session, DateTimeOffset now)
    {
        var good = Sessions.RemoveAll(one => one.ExpiresAt <= now || one.Hash == session.Hash);
        if (good.Length >= Most)
            good = good.Remove(good.MinBy(one => one.ExpiresAt)!);
        return new StoredAdminSessions { Sessions = good.Add(session) };
    }

    /// <summary>Returns the state without some sessions; the same object when none of them is in it.</summary>
    public StoredAdminSessions Without(IReadOnlySet<string> hashes) =>
        Sessions.Any(session => hashes.Contains(session.Hash))
            ? new StoredAdminSessions { Sessions = Sessions.RemoveAll(session => hashes.Contains(session.Hash)) }
            : this;
}
