namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>One thing that a client is told, or does itself, and that counts once.</summary>
/// <param name="What">What it is.</param>
/// <param name="CallId">The call; empty for what is about no call.</param>
/// <param name="UserId">The callee whom it is about, if it is about one.</param>
/// <param name="Dialect">The dialect, where a device is told in several and each counts by itself.</param>
/// <param name="Content">A digest of the content, where other content counts anew.</param>
internal readonly record struct Told(ToldWhat What, string CallId, string? UserId = null, string? Dialect = null, string? Content = null)
{
    /// <summary>True for what the client did: that cannot have been lost on the way to it.</summary>
    public bool IsOwnDeed => What is ToldWhat.OwnDecline or ToldWhat.OwnAnswer;
}

/// <summary>What a client is told, or does itself, once.</summary>
internal enum ToldWhat
{
    /// <summary>The call rings.</summary>
    Ring,

    /// <summary>The caller's offer.</summary>
    Offer,

    /// <summary>A callee took the call.</summary>
    Taken,

    /// <summary>A callee's answer.</summary>
    Answer,

    /// <summary>A callee declined.</summary>
    Rejected,

    /// <summary>Another tab of the browser has the call.</summary>
    OtherTab,

    /// <summary>The presence of the people of past calls.</summary>
    PastPeople,

    /// <summary>The device declined.</summary>
    OwnDecline,

    /// <summary>The device sent an answer.</summary>
    OwnAnswer,
}

/// <summary>What one client was told, with its time. Bounded: the oldest is forgotten. Not safe from several threads.</summary>
internal sealed class ToldSet
{
    private const int Most = 128;

    private readonly OrderedDictionary<Told, DateTimeOffset> _all = [];

    /// <summary>Adds <paramref name="what"/>. Returns false when it is in the set already.</summary>
    /// <param name="what">What the client is told.</param>
    /// <param name="at">When, for a set that is asked since when.</param>
    public bool Take(Told what, DateTimeOffset at = default)
    {
        if (_all.ContainsKey(what))
            return false;
        if (_all.Count == Most)
            _all.RemoveAt(0);
        _all.Add(what, at);
        return true;
    }

    /// <summary>Returns true when <paramref name="what"/> was taken and has not been forgotten.</summary>
    public bool Has(Told what) => _all.ContainsKey(what);

    /// <summary>Forgets <paramref name="what"/>: the client may be told it again.</summary>
    public void Forget(Told what) => _all.Remove(what);

    /// <summary>Forgets all that <paramref name="which"/> returns true for.</summary>
    public void Forget(Func<Told, DateTimeOffset, bool> which)
    {
        foreach (var (what, _) in _all.Where(told => which(told.Key, told.Value)).ToList())
            _all.Remove(what);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _all.Clear();
}
