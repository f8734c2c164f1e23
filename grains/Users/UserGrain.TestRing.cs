using System.Collections.Immutable;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <content>Finds out which devices would ring. What it means is <see cref="TestRingRun"/>'s.</content>
public sealed partial class UserGrain
{
    private readonly TestRings _tests = new();
    private TaskCompletionSource? _testDone;

    /// <inheritdoc/>
    public async Task<TestRingReply> TestRing(TestRingRequest request)
    {
        if (_tests.TryBegin(Now) is { } retryAfter)
        {
            return new TestRingReply
            {
                Error = new CallError
                {
                    Code = CallErrorCode.RateLimited,
                    Detail = $"A user's devices are tested one at a time, and {TestRings.PerMinute} times a minute at most.",
                    RetryAfter = retryAfter,
                },
            };
        }

        var run = new TestRingRun(UserId, request, _connections.All, User, _calls.IsOccupied, Now);
        _tests.Begin(run);
        _testDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        try
        {
            if (run.Connections is [_, ..] connections)
                Deliver(new TestRing { TestId = run.TestId }, [.. connections]);
            foreach (var token in run.Tokens)
                _ = PushTest(run, token, stop.Token);
            FinishTest(run);
            await _testDone.Task.WaitAsync(TestRingRun.Limit, _services.Time);
        }
        catch (TimeoutException)
        {
            // Not everything came back, which is what the report says.
        }
        finally
        {
            _tests.End();
            await stop.CancelAsync();
            LeaveIfUnknown();
        }

        return new TestRingReply { Report = run.Report(Now) };
    }

    /// <inheritdoc/>
    public Task<bool> AckTestRing(string testId, string deviceId, bool overSocket)
    {
        var run = _tests.Find(testId);
        var isTested = run?.Ack(deviceId, overSocket, Now) == true;
        if (run is null)
            LeaveIfUnknown();
        else
            FinishTest(run);
        return Task.FromResult(isTested);
    }

    private void TestDelivered(string testId, Delivery delivery, ImmutableArray<string> notConnected)
    {
        if (_tests.Find(testId) is not { } run)
            return;
        foreach (var connectionId in delivery.ConnectionIds)
            run.Delivered(connectionId, !notConnected.Contains(connectionId), Now);
        FinishTest(run);
    }

    private async Task PushTest(TestRingRun run, DeviceToken token, CancellationToken stop)
    {
        var message = new PushMessage
        {
            Type = PushType.TestRing,
            UserId = UserId,
            DeviceId = token.DeviceId,
            Provider = token.Provider,
            Token = token.Token,
            TokenSetAt = token.SetAt,
            CallId = run.TestId,
            CallerId = UserId,
            CallerName = "",
            Media = CallMedia.Audio,
            ActionToken = await SignAction(run.TestId, token.DeviceId),
            RingUntil = Now + TestRingRun.Limit,
            TimeToLive = TestRingRun.Limit,
        };
        run.Answered(token, await Send(message, token, stop), Now);
        FinishTest(run);
    }

    private void FinishTest(TestRingRun run)
    {
        if (run.IsDone && _tests.Running == run)
            _testDone?.TrySetResult();
    }
}
