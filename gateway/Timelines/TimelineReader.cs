namespace OrleansCalls.Gateway.Timelines;

/// <summary>A call's timeline with what it means: from the call itself while its state is kept, after that from history.</summary>
public sealed class TimelineReader(IGrainFactory grains, IceServers ice, Perseverance persevering)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="CallException">There is no such call, or it is older than history is kept.</exception>
    public async Task<TimelineView> Read(string? id)
    {
        var callId = Check.CallId(id);
        var (call, entries) = await persevering.Ask(() => Find(callId));
        if (call is null)
            throw new CallException(CallErrorCode.NotFound, "There is no such call.");
        // The names are derived from the ids, so handing credentials out writes nothing.
        var names = call.Legs.Select(leg => leg.UserId).Prepend(call.Caller.Id).Distinct(StringComparer.Ordinal)
            .Select(user => ice.NameOf(user) is { } name ? new TurnNameView(user, name) : null).OfType<TurnNameView>().ToList();
        var end = call.EndReason is { } reason ? EndReasonTexts.Of(reason, entries) : null;
        return new TimelineView(
            callId, new CallView(call), end?.Sentence, end?.Remedy,
            [.. entries.Select(entry => new TimelineEntryView(entry, TraceTexts.Of(entry)))], names.Count == 0 ? null : names);
    }

    private async Task<(Call? Call, ImmutableArray<TimelineEntry> Entries)> Find(string callId)
    {
        var grain = grains.GetCall(callId);
        var entries = await grain.GetTimeline();
        if (!entries.IsDefaultOrEmpty && (await grain.Execute(new ReadCall())).Call is { } call)
            return (call, entries);
        return await grains.GetCallDirectory().GetEnded(callId) is { } ended ? (ended.Call, ended.Timeline) : (null, []);
    }
}
