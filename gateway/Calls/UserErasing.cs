using System.Security.Cryptography;

namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Erases a user's data, step by step in an order in which nothing comes back: calls first, since they still write, then what they
/// have written. Whichever step fails, asking again does what is left.
/// </summary>
public sealed class UserErasing(IGrainFactory grains, CallCommands commands, Perseverance persevering, TimeProvider time)
{
    private const int AtOnce = 16;

    /// <summary>Erases what there is of the user.</summary>
    /// <exception cref="CallException">The user has begun another call meanwhile.</exception>
    public async Task<ErasedView> Erase(string? id, string operatorId)
    {
        var userId = Check.UserId(id, "userId");
        // Says nothing and leads nowhere, but is one and the same in all calls: others can still tell one erased person from another.
        var alias = $"erased-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var user = grains.GetUser(userId);
        var ended = await EndCalls(user, operatorId);
        var first = await persevering.Ask(user.Erase);
        await ForgetCalls(first.CallIds, userId, alias);
        // By now all calls are in the history.
        var (late, called) = await PastCalls(user, userId);
        await ForgetCalls(late, userId, alias);
        await Each(called, other => grains.GetUser(other).ForgetCaller(userId, alias));
        var (anonymized, deleted) = await EraseHistory(userId, alias);
        // What the end of a call has put there since.
        var last = await persevering.Ask(user.Erase);
        return new ErasedView(
            userId, ended, first.PushTokens + last.PushTokens, first.MissedCalls + last.MissedCalls, anonymized, deleted,
            first.CallIds.IsEmpty && late.Count == 0 ? null : time.GetUtcNow() + CallLimits.KeptAfterEnd);
    }

    private async Task<int> EndCalls(IUserGrain user, string operatorId)
    {
        var ended = 0;
        foreach (var open in (await persevering.Ask(user.Inspect)).OpenCalls)
        {
            try
            {
                await commands.EndByAdmin(open.CallId, operatorId);
                ended++;
            }
            catch (CallException gone) when (gone.Error.Code is CallErrorCode.NotFound or CallErrorCode.Ended)
            {
                // The user's grain has not heard of its end yet.
            }
        }

        return ended;
    }

    /// <summary>Those whose state is still kept, and everybody whom the user has called.</summary>
    private async Task<(List<string> Late, HashSet<string> Called)> PastCalls(IUserGrain user, string userId)
    {
        var since = time.GetUtcNow() - CallLimits.KeptAfterEnd;
        var (late, called) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        var query = new HistoryQuery { Limit = CallLimits.HistoryPage };
        while (true)
        {
            var page = await persevering.Ask(() => user.GetHistory(query));
            late.AddRange(page.Items.Where(item => item.Call.EndedAt >= since).Select(item => item.Call.CallId));
            called.UnionWith(
                page.Items.Where(item => item.Call.Caller.Id == userId).SelectMany(item => item.Call.Legs).Select(leg => leg.UserId));
            if (page.Next is null)
                return (late, called);
            query = query with { Before = page.Next };
        }
    }

    private Task ForgetCalls(IEnumerable<string> callIds, string userId, string alias) => Each(callIds, async callId =>
    {
        if (!await grains.GetCall(callId).Forget(userId, alias))
            throw new CallException(CallErrorCode.Conflict, "The user has begun a call meanwhile; ask again.");
    });

    private Task Each(IEnumerable<string> ids, Func<string, Task> what) => Parallel.ForEachAsync(
        ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (id, _) => await persevering.Ask(() => what(id)));

    private async Task<(int Anonymized, int Deleted)> EraseHistory(string userId, string alias)
    {
        var (anonymized, deleted) = (0, 0);
        while (true)
        {
            var some = await persevering.Ask(() => grains.GetCallDirectory().EraseHistory(userId, alias));
            if (some.Anonymized + some.Deleted == 0)
                return (anonymized, deleted);
            anonymized += some.Anonymized;
            deleted += some.Deleted;
        }
    }
}
