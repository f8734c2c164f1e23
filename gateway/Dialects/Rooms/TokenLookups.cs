using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Limits token lookups at the homeserver, which anonymous clients can cause: a bounded number run, a bounded number wait, and
/// recently rejected tokens are not looked up again.
/// </summary>
public sealed class TokenLookups(Homeserver homeserver, RoomOptions options, TimeProvider time) : IDisposable
{
    private const int MostRefused = 10_000;
    private const int WaitingForEach = 16;
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(options.Lookups);
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, DateTimeOffset> _refused = new(StringComparer.Ordinal);
    private int _waiting;

    /// <summary>Returns the user of an access token; null if the homeserver rejects it.</summary>
    /// <exception cref="CallException">The homeserver is unavailable.</exception>
    public async Task<string?> WhoAmI(string accessToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(accessToken);
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(accessToken)));
        if (IsRefused(key))
            return null;
        await Enter(cancellation);
        string? user;
        try
        {
            user = await homeserver.WhoAmI(accessToken, cancellation);
        }
        finally
        {
            _places.Release();
        }

        if (user is null)
            Refuse(key);
        return user;
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task Enter(CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) <= options.Lookups * WaitingForEach
                && await _places.WaitAsync(options.Patience, cancellation))
                return;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        throw CallException.Unavailable("Too many tokens are being looked up; try again.", TimeSpan.FromSeconds(2));
    }

    private bool IsRefused(string key)
    {
        lock (_lock)
            return _refused.TryGetValue(key, out var until) && time.GetUtcNow() < until;
    }

    private void Refuse(string key)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            _refused.Remove(key);
            while (_refused.Count > 0 && (_refused.Count >= MostRefused || _refused.GetAt(0).Value <= now))
                _refused.RemoveAt(0);
            _refused.Add(key, now + RefusedFor);
        }
    }
}
