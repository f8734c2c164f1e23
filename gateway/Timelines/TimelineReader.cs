namespace OrleansCalls.Gateway.Timelines;

/// <summary>
/// Reads a call's timeline with explanations: from the call while its state is stored, afterwards from history.
/// </summary>
public sealed class TimelineReader(IGrainFactory grains, IceServers ice, GrainRetry retry)
{
    /// <summary>Reads a timeline.</summary>
    /// <exception cref="CallException">The call is unknown, or past its retention.</exception>
    public async Task<TimelineView> Read(string? id)
    {
        var callId = Check.CallId(id);
        var (call, entries) = await retry.Ask(() => Find(callId));
        if (call is null)
            throw new CallException(CallErrorCode.NotFound, "There is no such call.");
        // The names are derived from the ids: nothing is stored when credentials are issued.
        var names = call.Legs.Select(leg => leg.UserId).Prepend(call.Caller.Id).Distinct(StringComparer.Ordinal)
            .Select(user => ice.NameOf(user) is { } name ? new TurnNameView(user, name) : null).OfType<TurnNameView>().ToList();
        var end = call.EndReason is { } reason ? EndReasonTexts.Of(reason, entries) : null;
        return new TimelineView(
            callId, call, end?.Sentence, end?.Remedy,
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
