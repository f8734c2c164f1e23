namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The sockets of one device, and the logins and addresses by which further ones are recognised.</summary>
internal sealed class SessionSockets(TimeProvider time)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _pages = new(StringComparer.Ordinal);
    private ImmutableArray<DialectSocket> _all = [];

    /// <summary>A snapshot of the sockets.</summary>
    public ImmutableArray<DialectSocket> All
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    /// <summary>Adds a socket.</summary>
    /// <returns>The number of sockets.</returns>
    public int Add(DialectSocket socket, DialectClient client)
    {
        lock (_lock)
        {
            _pages.Add(client.Login);
            if (client.Page is { } page)
                _pages.Add(page);
            return (_all = _all.Add(socket)).Length;
        }
    }

    /// <summary>Removes a socket.</summary>
    /// <returns>The number of sockets left.</returns>
    public int Remove(DialectSocket socket)
    {
        lock (_lock)
            return (_all = _all.Remove(socket)).Length;
    }

    /// <summary>Returns true if the client opens several sockets, and this session has its login or address.</summary>
    public bool HavePage(DialectClient client)
    {
        if (client.Page is not { } page)
            return false;
        lock (_lock)
            return _pages.Contains(client.Login) || _pages.Contains(page);
    }

    /// <summary>Returns true once the client behind any of the sockets responds to a probe.</summary>
    public async Task<bool> Answer()
    {
        await foreach (var answer in Task.WhenEach(All.Select(Answers)))
        {
            if (await answer)
                return true;
        }

        return false;
    }

    private async Task<bool> Answers(DialectSocket socket)
    {
        // A client that is still being sent its calls has connected a moment ago.
        if (!socket.IsOpened)
            return true;
        try
        {
            return await socket.IsAcknowledged().WaitAsync(AnswerTime, time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
