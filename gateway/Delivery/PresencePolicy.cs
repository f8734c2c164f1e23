namespace OrleansCalls.Gateway.Delivery;

/// <summary>Who may see a user's presence: the app's choice, <c>Gateway__Presence</c>. Blocks apply in every case.</summary>
public sealed class PresencePolicy(GatewayOptions options, IGrainFactory grains)
{
    /// <summary>Whether every user sees every other who has not blocked them.</summary>
    public bool IsOpen => options.Presence == PresenceReaders.Everyone;

    /// <summary>Whether presence is visible only between the parties of an open call.</summary>
    public bool IsParties => options.Presence == PresenceReaders.Parties;

    /// <summary>
    /// Returns those of <paramref name="userIds"/> whom <paramref name="readerId"/> may see: all, or the other parties of the
    /// reader's open calls, or, depending on the setting, those allowed by the app's back end.
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
            visible.UnionWith(
                (await grains.GetCallDirectory().GetVisible(readerId, others)).Intersect(others, StringComparer.Ordinal));
        return visible;
    }

    private async Task<HashSet<string>> Parties(string readerId)
    {
        var callIds = await grains.GetUser(readerId).GetOpenCallIds();
        var calls = await Task.WhenAll(callIds.Select(callId => grains.GetCall(callId).Check(readerId)));
        return calls.OfType<OpenCall>().SelectMany(call => call.CalleeIds.Append(call.CallerId))
            .ToHashSet(StringComparer.Ordinal);
    }
}
