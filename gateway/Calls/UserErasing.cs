using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Erases a user's data, step by step in an order in which nothing comes back: calls first, since they still write, then what they
/// have written. Whichever step fails, asking again does what is left.
/// </summary>
public sealed class UserErasing(IGrainFactory grains, CallCommands commands, Perseverance persevering, TimeProvider time, ILogger<UserErasing> log)
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
        var unsettled = await Unsettled(userId);
        var ended = await EndCalls(user, unsettled, operatorId);
        var first = await persevering.Ask(user.Erase);
        var kept = await CallsOf(userId, first.CallIds.Union(unsettled.Select(call => call.CallId), StringComparer.Ordinal));
        await ForgetCalls(kept.Select(call => call.CallId), userId, alias);
        // By now all calls are in the history.
        var (late, called) = await PastCalls(user, userId);
        await ForgetCalls(late, userId, alias);
        // Calls that were forgotten before they were written are not in the user's history, but those who were called remember them.
        called.UnionWith(CalledBy(userId, kept));
        await Each(called, other => grains.GetUser(other).ForgetCaller(userId, alias));
        var (anonymized, deleted) = await EraseHistory(userId, alias);
        // What the end of a call has put there since.
        var last = await persevering.Ask(user.Erase);
        GatewayLog.UserErased(log, userId, operatorId, ended, anonymized, deleted);
        return new ErasedView(
            userId, ended, first.PushTokens + last.PushTokens, first.MissedCalls + last.MissedCalls, anonymized, deleted,
            kept.Count == 0 && late.Count == 0 ? null : time.GetUtcNow() + CallLimits.KeptAfterEnd);
    }

    /// <summary>
    /// The user's calls that are open, or whose history is not written yet, which the directory lists as open until then: the user's grain
    /// may have moved since and remember none of them.
    /// </summary>
    private async Task<IReadOnlyCollection<Call>> Unsettled(string userId) =>
        await CallsOf(userId, await persevering.Ask(() => grains.GetCallDirectory().ListOpen(int.MaxValue)));

    private async Task<IReadOnlyCollection<Call>> CallsOf(string userId, IEnumerable<string> callIds)
    {
        var calls = new ConcurrentBag<Call>();
        await Each(callIds, async callId =>
        {
            if ((await grains.GetCall(callId).Execute(new ReadCall())).Call is { } call
                && (call.Caller.Id == userId || call.Legs.Any(leg => leg.UserId == userId)))
                calls.Add(call);
        });
        return calls;
    }

    private async Task<int> EndCalls(IUserGrain user, IEnumerable<Call> unsettled, string operatorId)
    {
        var known = (await persevering.Ask(user.Inspect)).OpenCalls.Select(open => open.CallId);
        var open = unsettled.Where(call => call.State != CallPhase.Ended).Select(call => call.CallId);
        var ended = 0;
        foreach (var callId in known.Union(open, StringComparer.Ordinal))
        {
            try
            {
                await commands.EndByAdmin(callId, operatorId);
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
            called.UnionWith(CalledBy(userId, page.Items.Select(item => item.Call)));
            if (page.Next is null)
                return (late, called);
            query = query with { Before = page.Next };
        }
    }

    private static IEnumerable<string> CalledBy(string userId, IEnumerable<Call> calls) =>
        calls.Where(call => call.Caller.Id == userId).SelectMany(call => call.Legs).Select(leg => leg.UserId);

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
