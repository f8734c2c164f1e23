namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The lines of one device, and by what others of it are known.</summary>
internal sealed class SessionLines(TimeProvider time)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _pages = new(StringComparer.Ordinal);
    private ImmutableArray<DialectLine> _all = [];

    /// <summary>As they are now.</summary>
    public ImmutableArray<DialectLine> All
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    /// <summary>One more.</summary>
    /// <returns>How many there are.</returns>
    public int Add(DialectLine line, DialectClient client)
    {
        lock (_lock)
        {
            _pages.Add(client.Login);
            if (client.Page is { } page)
                _pages.Add(page);
            return (_all = _all.Add(line)).Length;
        }
    }

    /// <summary>One less.</summary>
    /// <returns>How many there are.</returns>
    public int Remove(DialectLine line)
    {
        lock (_lock)
            return (_all = _all.Remove(line)).Length;
    }

    /// <summary>Whether the client opens several sockets, and these are of the same login or come from the same place.</summary>
    public bool HavePage(DialectClient client)
    {
        if (client.Page is not { } page)
            return false;
        lock (_lock)
            return _pages.Contains(client.Login) || _pages.Contains(page);
    }

    /// <summary>Whether the client behind any of them gives a sign of life.</summary>
    public async Task<bool> Answer()
    {
        await foreach (var answer in Task.WhenEach(All.Select(Answers)))
        {
            if (await answer)
                return true;
        }

        return false;
    }

    private async Task<bool> Answers(DialectLine line)
    {
        // A client that is still being put back into its calls has come a moment ago.
        if (!line.IsOpened)
            return true;
        try
        {
            return await line.IsTaken().WaitAsync(AnswerTime, time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
