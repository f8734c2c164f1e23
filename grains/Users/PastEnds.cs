using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The ends of one user's last calls, bounded in number and age. Notices bring them as they happen; what happened before this
/// activation is in history. No Orleans in it.
/// </summary>
/// <remarks>
/// Nothing is written for them: an end is in history before anybody is sent it, since both are one transaction.
/// </remarks>
public sealed class PastEnds
{
    private readonly List<PastEnd> _ends = [];

    /// <summary>Whether history has been asked.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes in a notice: an end, or news of a call that goes on for this user.</summary>
    public void Take(UserNotice notice, DateTimeOffset now)
    {
        if (notice.Call is not null)
            _ends.RemoveAll(known => known.End.CallId == notice.CallId);
        else if (notice.Events.Select(envelope => envelope.Event).OfType<CallEnded>().FirstOrDefault() is { } end)
            Add(new PastEnd { End = end, At = now });
    }

    /// <summary>Takes in the newest page of history.</summary>
    public void Take(HistoryPage page)
    {
        foreach (var call in page.Items.Select(item => item.Call).Where(call => call is { EndReason: not null, EndedAt: not null }))
        {
            if (_ends.Exists(known => known.End.CallId == call.CallId))
                continue;
            Add(new PastEnd
            {
                End = new CallEnded { CallId = call.CallId, Seq = call.Seq, Reason = call.EndReason!.Value, EndedBy = call.EndedBy },
                Call = call with { Metadata = null },
                At = call.EndedAt!.Value,
            });
        }

        IsComplete = true;
    }

    /// <summary>The ends that are young enough, oldest first.</summary>
    public ImmutableArray<PastEnd> Since(DateTimeOffset oldest) => [.. _ends.Where(end => end.At >= oldest)];

    /// <summary>Forgets all of them; history is not asked again.</summary>
    public void Clear()
    {
        _ends.Clear();
        IsComplete = true;
    }

    private void Add(PastEnd end)
    {
        _ends.RemoveAll(known => known.End.CallId == end.End.CallId);
        var at = _ends.FindLastIndex(known => known.At <= end.At) + 1;
        _ends.Insert(at, end);
        if (_ends.Count > CallLimits.EndsTold)
            _ends.RemoveAt(0);
    }
}
