namespace OrleansCalls.Gateway.Delivery;

/// <summary>Who may see whether a user is online: the app's decision, <c>Gateway__Presence</c>. Blocks hold whatever it is.</summary>
public sealed class PresencePolicy(GatewayOptions options, IGrainFactory grains)
{
    /// <summary>Whether everybody with a token sees everybody who has not blocked them.</summary>
    public bool IsOpen => options.Presence == PresenceReaders.Everyone;

    /// <summary>Whether only an open call shows its parties to each other.</summary>
    public bool IsParties => options.Presence == PresenceReaders.Parties;

    /// <summary>
    /// Those of <paramref name="userIds"/> whom <paramref name="readerId"/> may see now: all, or the other parties of the reader's open calls,
    /// and by setting those whom the app's back end names when it is asked.
    /// </summary>
    public async Task<IReadOnlySet<string>> Visible(string readerId, IReadOnlyCollection<string> userIds)
    {
        ArgumentNullException.ThrowIfNull(userIds);
        if (IsOpen)
            return userIds.ToHashSet(StringComparer.Ordinal);
        var visible = await Parties(readerId);
        visible.Add(readerId);
        visible.IntersectWith(userIds);
        ImmutableArray<string> others = [.. userIds.Where(id => !visible.Contains(id))];
        if (options.Presence == PresenceReaders.App && !others.IsEmpty)
            visible.UnionWith((await grains.GetCallDirectory().GetVisible(readerId, others)).Intersect(others, StringComparer.Ordinal));
        return visible;
    }

    private async Task<HashSet<string>> Parties(string readerId)
    {
        var callIds = await grains.GetUser(readerId).GetOpenCallIds();
        var calls = await Task.WhenAll(callIds.Select(callId => grains.GetCall(callId).Check(readerId)));
        return calls.OfType<OpenCall>().SelectMany(call => call.CalleeIds.Append(call.CallerId)).ToHashSet(StringComparer.Ordinal);
    }
}
