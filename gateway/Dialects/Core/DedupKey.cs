namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The key of a message or action that is processed once.</summary>
/// <param name="What">The kind of message or action.</param>
/// <param name="CallId">The call; empty if there is none.</param>
/// <param name="UserId">The callee that it is about; null if there is none.</param>
/// <param name="Dialect">The dialect, where a device is sent several and each counts separately.</param>
/// <param name="Content">A digest of the content, where different content is not a duplicate.</param>
internal readonly record struct DedupKey(
    DedupKind What, string CallId, string? UserId = null, string? Dialect = null, string? Content = null)
{
    /// <summary>True for actions of the client, which cannot have been lost on the way to it.</summary>
    public bool IsOwnAction => What is DedupKind.OwnDecline or DedupKind.OwnAnswer;
}

/// <summary>The kinds of messages and actions that are processed once.</summary>
internal enum DedupKind
{
    /// <summary>The ring of a call.</summary>
    Ring,

    /// <summary>The caller's offer.</summary>
    Offer,

    /// <summary>A callee's acceptance.</summary>
    Taken,

    /// <summary>A callee's answer.</summary>
    Answer,

    /// <summary>A callee's rejection.</summary>
    Rejected,

    /// <summary>Another tab of the browser has the call.</summary>
    OtherTab,

    /// <summary>The presence of the users of past calls.</summary>
    PastPeople,

    /// <summary>The device's own rejection.</summary>
    OwnDecline,

    /// <summary>The device's own answer.</summary>
    OwnAnswer,
}

/// <summary>The delivered keys with their times. Bounded: the oldest is dropped. Not thread-safe.</summary>
internal sealed class DedupSet
{
    private const int Most = 128;

    private readonly OrderedDictionary<DedupKey, DateTimeOffset> _all = [];

    /// <summary>Adds <paramref name="what"/>. Returns false if it is a duplicate.</summary>
    /// <param name="what">The key.</param>
    /// <param name="at">The time, for sets that are queried by time.</param>
    public bool Take(DedupKey what, DateTimeOffset at = default)
    {
        if (_all.ContainsKey(what))
            return false;
        if (_all.Count == Most)
            _all.RemoveAt(0);
        _all.Add(what, at);
        return true;
    }

    /// <summary>Returns true if <paramref name="what"/> was added and has not been dropped.</summary>
    public bool Has(DedupKey what) => _all.ContainsKey(what);

    /// <summary>Removes <paramref name="what"/>, so that it may be sent again.</summary>
    public void Forget(DedupKey what) => _all.Remove(what);

    /// <summary>Removes all that <paramref name="which"/> returns true for.</summary>
    public void Forget(Func<DedupKey, DateTimeOffset, bool> which)
    {
        foreach (var (what, _) in _all.Where(entry => which(entry.Key, entry.Value)).ToList())
            _all.Remove(what);
    }

    public void Clear() => _all.Clear();
}
