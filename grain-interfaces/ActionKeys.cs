using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// Signs and verifies action tokens with the cluster's keys, which are cached in this process. Used by silos and gateways.
/// </summary>
public sealed class ActionKeys(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    // Limits the requests to the cluster that tokens with unknown keys can cause.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private ImmutableArray<ActionKey> _keys = [];
    private DateTimeOffset? _askedAt;
    private Task<ImmutableArray<ActionKey>>? _asking;

    /// <summary>Signs a token for a pushed device.</summary>
    /// <exception cref="OrleansException">The keys are unavailable.</exception>
    public async ValueTask<string> Sign(string callId, string userId, string deviceId)
    {
        var now = time.GetUtcNow();
        var keys = _keys;
        if (keys.IsEmpty || now - _askedAt > Fresh)
            keys = await Ask(now);
        return new ActionToken(callId, userId, deviceId, now + ActionToken.Life).Sign(keys[0]);
    }

    /// <summary>Verifies a token; null if it is forged, expired or malformed.</summary>
    /// <exception cref="OrleansException">The keys are unavailable.</exception>
    public async ValueTask<ActionToken?> Read(string text)
    {
        if (ActionToken.KeyIdOf(text) is not { } keyId)
            return null;
        var now = time.GetUtcNow();
        var key = _keys.FirstOrDefault(k => k.KeyId == keyId);
        if (key is null && !(now - _askedAt < AskAgain))
            key = (await Ask(now)).FirstOrDefault(k => k.KeyId == keyId);
        return key is null ? null : ActionToken.Read(text, key, now);
    }

    private async Task<ImmutableArray<ActionKey>> Ask(DateTimeOffset now)
    {
        Task<ImmutableArray<ActionKey>> asking;
        lock (_lock)
            asking = _asking ??= grains.GetActionKeys().GetKeys();
        try
        {
            var keys = await asking;
            lock (_lock)
            {
                _keys = keys;
                _askedAt = now;
            }

            return keys;
        }
        finally
        {
            lock (_lock)
                _asking = _asking == asking ? null : _asking;
        }
    }
}
