namespace OrleansCalls.Gateway.Delivery;

/// <summary>Lets so many through at once, and so many a second in the long run.</summary>
public sealed class TokenBucket(int perSecond, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _at = time.GetTimestamp();

    /// <summary>Takes one; if none is left, says when the next will be there.</summary>
    public bool TryTake(out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
            _at = now;
            retryAfter = TimeSpan.Zero;
            if (_tokens >= 1)
            {
                _tokens--;
                return true;
            }

            retryAfter = TimeSpan.FromSeconds((1 - _tokens) / perSecond);
            return false;
        }
    }
}
