using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The ends of one user's recent calls, bounded by number and age. Notices add them; those before this activation are read from
/// history. Pure.
/// </summary>
/// <remarks>
/// Nothing is written for them: an end is in history before it is sent, since both are one transaction.
/// </remarks>
public sealed class PastEnds
{
    private readonly List<PastEnd> _ends = [];

    /// <summary>Whether history has been read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Applies a notice: an end, or an update of a call that goes on for this user.</summary>
    public void Take(UserNotice notice, DateTimeOffset now)
    {
        if (notice.Call is not null)
            Remove(notice.CallId);
        else if (notice.Events.Select(envelope => envelope.Event).OfType<CallEnded>().FirstOrDefault() is { } end)
            Add(new PastEnd { End = end, At = now });
    }

    /// <summary>Applies the newest page of history.</summary>
    public void Take(HistoryPage page)
    {
        foreach (var call in page.Items.Select(item => item.Call).Where(
            call => call is { EndReason: not null, EndedAt: not null }))
        {
            if (_ends.Exists(known => known.End.CallId == call.CallId))
                continue;
            Add(new PastEnd
            {
                End = new CallEnded
                {
                    CallId = call.CallId, Seq = call.Seq, Reason = call.EndReason!.Value, EndedBy = call.EndedBy,
                },
                Call = call with { Metadata = null },
                At = call.EndedAt!.Value,
            });
        }

        IsComplete = true;
    }

    /// <summary>Returns the ends since then, oldest first.</summary>
    public ImmutableArray<PastEnd> Since(DateTimeOffset oldest) => [.. _ends.Where(end => end.At >= oldest)];

    /// <summary>Removes all ends; history is not read again.</summary>
    public void Clear()
    {
        _ends.Clear();
        IsComplete = true;
    }

    private void Remove(string callId) => _ends.RemoveAll(known => known.End.CallId == callId);

    private void Add(PastEnd end)
    {
        Remove(end.End.CallId);
        var at = _ends.FindLastIndex(known => known.At <= end.At) + 1;
        _ends.Insert(at, end);
        if (_ends.Count > CallLimits.EndsTold)
            _ends.RemoveAt(0);
    }
}
