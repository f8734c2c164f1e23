using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>The health response of the old server. Computed at most once a second, since the route is anonymous.</summary>
public sealed class AgoraHealth(ConnectionRegistry registry, DrainState drain, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private (int Calls, DateTimeOffset At) _counted;

    /// <summary>Counts the connected users of this process and their open calls.</summary>
    internal IResult Show()
    {
        var now = time.GetUtcNow();
        int calls;
        lock (_lock)
        {
            if (now - _counted.At >= Fresh)
                _counted = (registry.All.SelectMany(c => c.Seen.Open.Keys).Distinct(StringComparer.Ordinal).Count(), now);
            calls = _counted.Calls;
        }

        return new JsonAnswer(new JsonObject
        {
            ["status"] = drain.IsDraining ? "draining" : "ok",
            ["connectedUsers"] = registry.UserCount,
            ["activeCalls"] = calls,
            ["timestamp"] = now.ToUnixTimeMilliseconds(),
        }, drain.IsDraining ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
