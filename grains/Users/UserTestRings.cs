using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>Runs the test rings of one user; <see cref="TestRingRun"/> interprets the results.</summary>
internal sealed class UserTestRings(
    UserContext context, OpenCalls calls, UserAccount account, UserPresence presence, UserPushes pushes)
{
    private readonly TestRings _tests = new();
    private TaskCompletionSource? _done;

    /// <summary>Runs a test until all results have arrived or its time is over.</summary>
    public async Task<TestRingReply> Run(TestRingRequest request)
    {
        if (_tests.TryBegin(context.Now) is { } retryAfter)
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

        var run = new TestRingRun(context.UserId, request, presence.All, account.User, calls.IsOccupied, context.Now);
        _tests.Begin(run);
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        try
        {
            presence.Send(
                new TestRing { TestId = run.TestId }, run.Connections,
                (sentTo, notConnected) => Delivered(run, sentTo, notConnected));
            foreach (var token in run.Tokens)
                _ = Push(run, token, stop.Token);
            Finish(run);
            await _done.Task.WaitAsync(TestRingRun.Limit, context.Services.Time);
        }
        catch (TimeoutException)
        {
            // The report states which results are missing.
        }
        finally
        {
            _tests.End();
            await stop.CancelAsync();
        }

        return new TestRingReply { Report = run.Report(context.Now) };
    }

    /// <summary>Acknowledges a test on a device.</summary>
    /// <returns>False if the test has ended, is unknown, or does not include the device.</returns>
    public bool Ack(string testId, string deviceId, bool overSocket)
    {
        if (_tests.Find(testId) is not { } run)
            return false;
        var isTested = run.Ack(deviceId, overSocket, context.Now);
        Finish(run);
        return isTested;
    }

    private void Delivered(TestRingRun run, ImmutableArray<Connection> sentTo, ImmutableArray<string> notConnected)
    {
        if (_tests.Running != run)
            return;
        foreach (var connection in sentTo)
            run.Delivered(connection.ConnectionId, !notConnected.Contains(connection.ConnectionId), context.Now);
        Finish(run);
    }

    private async Task Push(TestRingRun run, DeviceToken token, CancellationToken stop)
    {
        run.Answered(token, await pushes.Test(run.TestId, token, stop), context.Now);
        Finish(run);
    }

    private void Finish(TestRingRun run)
    {
        if (run.IsDone && _tests.Running == run)
            _done?.TrySetResult();
    }
}
