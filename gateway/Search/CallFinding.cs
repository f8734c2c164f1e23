namespace OrleansCalls.Gateway.Search;

/// <summary>
/// Searches calls for an operator: open ones by reading their grains, ended ones in history. The cost of one page is bounded
/// for every search.
/// </summary>
public sealed class CallFinding(IGrainFactory grains, GrainRetry retry, TimeProvider time)
{
    /// <summary>The number of open calls, the newest, that one search reads; ringing ones are among them.</summary>
    private const int MostOpen = 1_000;

    private const int AtOnce = 64;

    /// <summary>Returns one page.</summary>
    /// <exception cref="CallException">History rejects the cursor or the prefix.</exception>
    internal async Task<FoundCallsView> Find(SearchFilter search)
    {
        var (open, truncated) = search.WantsOpen(time.GetUtcNow()) ? await Open(search) : ([], false);
        bool? cut = truncated ? true : null;
        if (open.Count > search.Limit)
        {
            open.RemoveRange(search.Limit, open.Count - search.Limit);
            return new FoundCallsView([.. open.Select(call => new FoundCallView(call))], SearchCursor.AfterOpen(open[^1]), cut);
        }

        if (!search.WantsEnded)
            return new FoundCallsView([.. open.Select(call => new FoundCallView(call))], null, cut);
        if (open.Count == search.Limit)
            return new FoundCallsView([.. open.Select(call => new FoundCallView(call))], SearchCursor.IntoHistory(null), cut);

        var ended = UserCommands.Answered(
            await retry.Ask(() => grains.GetCallDirectory().FindEnded(search.Ended(search.Limit - open.Count))));
        // A call that ended after it was read is in history too.
        var past = ended.Items.Select(item => item.Call).ToList();
        open.RemoveAll(call => past.Any(other => other.CallId == call.CallId));
        return new FoundCallsView(
            [.. open.Concat(past).Select(call => new FoundCallView(call))],
            ended.Next is null ? null : SearchCursor.IntoHistory(ended.Next), cut);
    }

    private async Task<(List<Call> Calls, bool Truncated)> Open(SearchFilter search)
    {
        var listed = await retry.Ask(() => grains.GetCallDirectory().ListNewestOpen(MostOpen));
        HashSet<string> ids = [.. listed];
        // The open calls of a named user or prefix are all read, whatever their number.
        if ((search.UserId ?? search.Prefix) is { } user)
            ids.UnionWith((await retry.Ask(() => grains.GetUser(user).Inspect())).OpenCalls.Select(call => call.CallId));
        if (search.Prefix is { } prefix && Check.IsCallId(prefix))
            ids.Add(prefix);

        var found = new List<Call>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            var replies = await Task.WhenAll(some.Select(id => retry.Ask(() => grains.GetCall(id).Execute(new ReadCall()))));
            found.AddRange(replies.Select(reply => reply.Call).OfType<Call>().Where(search.Fits));
        }

        found.Sort((one, other) => one.CreatedAt != other.CreatedAt
            ? other.CreatedAt.CompareTo(one.CreatedAt)
            : string.CompareOrdinal(other.CallId, one.CallId));
        return (found, listed.Length == MostOpen);
    }
}
