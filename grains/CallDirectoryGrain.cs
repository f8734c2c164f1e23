using System.Collections.Immutable;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;
using OrleansCalls.Webhooks;

namespace OrleansCalls;

/// <summary>Reads the index of open calls and the history of the whole service.</summary>
public sealed class CallDirectoryGrain(
    IOpenCallIndex index, ICallHistory history, CallOptions options, IPushSender push, ICallAuthorizer authorizer)
    : Grain, ICallDirectoryGrain
{
    // Takes far less than a second, so that no timeout counts it as lost.
    private const int ErasedAtOnce = 100;

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListOpen(int limit) => index.List(limit);

    /// <inheritdoc/>
    public Task<HistoryPage> ListEnded(HistoryQuery query) =>
        FindEnded(new CallSearch { Cursor = query.Before, Limit = query.Limit });

    /// <inheritdoc/>
    public Task<HistoryPage> FindEnded(CallSearch search) => HistoryAnswer.OrRefusal(() => history.Find(search));

    /// <inheritdoc/>
    public Task<EndedCall?> GetEnded(string callId) => history.Read(callId);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListNewestOpen(int limit) => index.Newest(limit);

    /// <inheritdoc/>
    public Task<HistoryErasure> EraseHistory(string userId, string alias) => history.Erase(userId, alias, ErasedAtOnce);

    /// <inheritdoc/>
    public Task<TimeSpan> GetDefaultRing() => Task.FromResult(options.Ring);

    /// <inheritdoc/>
    public Task<string?> GetWebPushKey() => Task.FromResult(push.WebPushKey);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> GetVisible(string readerId, ImmutableArray<string> userIds) =>
        authorizer.Asks ? authorizer.AskPresence(readerId, userIds) : Task.FromResult(ImmutableArray<string>.Empty);
}
