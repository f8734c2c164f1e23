namespace OrleansCalls.Gateway.Search;

/// <summary>
/// Finds calls for an operator: open ones by asking them, ended ones in history. What one page costs is bounded, whatever is asked for.
/// </summary>
public sealed class CallFinding(IGrainFactory grains, Perseverance persevering, TimeProvider time)
{
    /// <summary>Open calls that one search looks at, the newest: those that ring are among them.</summary>
    private const int MostOpen = 1_000;

    private const int AtOnce = 64;

    /// <summary>One page.</summary>
    /// <exception cref="CallException">History does not take the cursor or the prefix.</exception>
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
            await persevering.Ask(() => grains.GetCallDirectory().FindEnded(search.Ended(search.Limit - open.Count))));
        // A call that has ended since it was read is in history now.
        var past = ended.Items.Select(item => item.Call).ToList();
        open.RemoveAll(call => past.Any(other => other.CallId == call.CallId));
        return new FoundCallsView(
            [.. open.Concat(past).Select(call => new FoundCallView(call))],
            ended.Next is null ? null : SearchCursor.IntoHistory(ended.Next), cut);
    }

    private async Task<(List<Call> Calls, bool Truncated)> Open(SearchFilter search)
    {
        var listed = await persevering.Ask(() => grains.GetCallDirectory().ListNewestOpen(MostOpen));
        HashSet<string> ids = [.. listed];
        // Those that are named are looked at, however many there are.
        if ((search.UserId ?? search.Prefix) is { } user)
            ids.UnionWith((await persevering.Ask(() => grains.GetUser(user).Inspect())).OpenCalls.Select(call => call.CallId));
        if (search.Prefix is { } prefix && Check.IsCallId(prefix))
            ids.Add(prefix);

        var found = new List<Call>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            var replies = await Task.WhenAll(some.Select(id => persevering.Ask(() => grains.GetCall(id).Execute(new ReadCall()))));
            found.AddRange(replies.Select(reply => reply.Call).OfType<Call>().Where(search.Fits));
        }

        found.Sort((one, other) => one.CreatedAt != other.CreatedAt
            ? other.CreatedAt.CompareTo(one.CreatedAt)
            : string.CompareOrdinal(other.CallId, one.CallId));
        return (found, listed.Length == MostOpen);
    }
}
