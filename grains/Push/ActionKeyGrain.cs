using System.Collections.Immutable;
using System.Security.Cryptography;

namespace OrleansCalls.Push;

/// <summary>
/// Stores and rotates the keys of action tokens. A key is valid until the last token signed with it has expired.
/// </summary>
public sealed class ActionKeyGrain(
    [PersistentState("actionkeys", "users")] IPersistentState<StoredActionKeys> stored, TimeProvider time)
    : Grain, IActionKeyGrain
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(30);

    // Other processes refresh hourly, and may sign with the previous key meanwhile.
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<ImmutableArray<ActionKey>> GetKeys()
    {
        var keys = stored.State.Keys;
        var now = time.GetUtcNow();
        if (!keys.IsEmpty && now - keys[0].CreatedAt < RenewAfter)
            return keys;
        var key = new ActionKey
        {
            KeyId = RandomNumberGenerator.GetHexString(8, lowercase: true),
            Secret = [.. RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes)],
            CreatedAt = now,
        };
        try
        {
            stored.State = new StoredActionKeys { Keys = [key, .. keys.Where(k => now - k.CreatedAt < RenewAfter + Overlap)] };
            await stored.WriteStateAsync();
            return stored.State.Keys;
        }
        catch
        {
            // Nothing may be signed with a key that is perhaps not stored: the next activation reads the row.
            DeactivateOnIdle();
            throw new OrleansException("The storage of the action keys is unavailable.");
        }
    }
}

/// <summary>The stored state of <see cref="ActionKeyGrain"/>.</summary>
public sealed record StoredActionKeys
{
    /// <summary>The valid keys, newest first.</summary>
    public ImmutableArray<ActionKey> Keys { get; init; } = [];
}
