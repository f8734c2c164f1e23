namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// How many sessions there are whose client is not connected: nobody knows who they are, and anybody may open them, so there are only
/// so many.
/// </summary>
internal sealed class Strangers(int most)
{
    private int _count;

    /// <summary>One more session, if there is room.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= most)
            return true;
        Leave();
        return false;
    }

    /// <summary>A client has disconnected and its session is left. That is not new, so it is not refused.</summary>
    public void Enter() => Interlocked.Increment(ref _count);

    /// <summary>It is known now, or gone.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
