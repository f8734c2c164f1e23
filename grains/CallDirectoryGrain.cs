using System.Collections.Immutable;
using OrleansCalls.History;

namespace OrleansCalls;

/// <summary>Answers for the whole service out of the reminders (every open call has one) and the history.</summary>
public sealed class CallDirectoryGrain(OpenCallIndex index, ICallHistory history) : Grain, ICallDirectoryGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListOpen(int limit) => index.List(limit);

    /// <inheritdoc/>
    public Task<HistoryPage> ListEnded(HistoryQuery query) => history.ForAll(query);
}
